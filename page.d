page.o: src/store/page.c src/store/driver.h src/store/store.h \
  src/base/field.h src/base/json.h src/base/text.h src/base/cx.h \
  src/base/arena.h src/base/date.h src/base/money.h src/base/decimal.h

src/store/driver.h:

src/store/store.h:

src/base/field.h:

src/base/json.h:

src/base/text.h:

src/base/cx.h:

src/base/arena.h:

src/base/date.h:

src/base/money.h:

src/base/decimal.h:
