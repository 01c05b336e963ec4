json_out.o: src/base/json_out.c src/base/json.h src/base/text.h \
  src/base/cx.h src/base/arena.h

src/base/json.h:

src/base/text.h:

src/base/cx.h:

src/base/arena.h:
