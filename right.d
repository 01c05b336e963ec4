right.o: src/core/right.c src/core/right.h src/base/field.h \
  src/base/json.h src/base/text.h src/base/cx.h src/base/arena.h

src/core/right.h:

src/base/field.h:

src/base/json.h:

src/base/text.h:

src/base/cx.h:

src/base/arena.h:
