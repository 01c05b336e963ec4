field.o: src/base/field.c src/base/field.h src/base/json.h \
  src/base/text.h src/base/cx.h src/base/arena.h src/base/date.h \
  src/base/money.h src/base/decimal.h

src/base/field.h:

src/base/json.h:

src/base/text.h:

src/base/cx.h:

src/base/arena.h:

src/base/date.h:

src/base/money.h:

src/base/decimal.h:
