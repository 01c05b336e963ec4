store_testing.o: src/store/store_testing.c src/store/store_testing.h \
  src/store/store.h src/base/field.h src/base/json.h src/base/text.h \
  src/base/cx.h src/base/arena.h tests/test.h src/base/log.h \
  src/store/driver.h

src/store/store_testing.h:

src/store/store.h:

src/base/field.h:

src/base/json.h:

src/base/text.h:

src/base/cx.h:

src/base/arena.h:

tests/test.h:

src/base/log.h:

src/store/driver.h:
