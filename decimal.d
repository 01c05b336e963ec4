decimal.o: src/base/decimal.c src/base/decimal.h src/base/cx.h \
  src/base/arena.h

src/base/decimal.h:

src/base/cx.h:

src/base/arena.h:
