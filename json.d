json.o: src/base/json.c src/base/json.h src/base/text.h src/base/cx.h \
  src/base/arena.h

src/base/json.h:

src/base/text.h:

src/base/cx.h:

src/base/arena.h:
