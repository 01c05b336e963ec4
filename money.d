money.o: src/base/money.c src/base/money.h src/base/decimal.h \
  src/base/cx.h src/base/arena.h

src/base/money.h:

src/base/decimal.h:

src/base/cx.h:

src/base/arena.h:
