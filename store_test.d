store_test.o: src/store/store_test.c src/store/store_testing.h \
  src/store/store.h src/base/field.h src/base/json.h src/base/text.h \
  src/base/cx.h src/base/arena.h tests/test.h

src/store/store_testing.h:

src/store/store.h:

src/base/field.h:

src/base/json.h:

src/base/text.h:

src/base/cx.h:

src/base/arena.h:

tests/test.h:
