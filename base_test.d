base_test.o: src/base/base_test.c src/base/date.h src/base/cx.h \
  src/base/arena.h src/base/decimal.h src/base/digest.h src/base/field.h \
  src/base/json.h src/base/text.h src/base/money.h tests/test.h

src/base/date.h:

src/base/cx.h:

src/base/arena.h:

src/base/decimal.h:

src/base/digest.h:

src/base/field.h:

src/base/json.h:

src/base/text.h:

src/base/money.h:

tests/test.h:
