store_sqlite.o: src/store/store_sqlite.c src/store/store_sqlite.h \
  src/store/driver.h src/store/store.h src/base/field.h src/base/json.h \
  src/base/text.h src/base/cx.h src/base/arena.h src/base/log.h

src/store/store_sqlite.h:

src/store/driver.h:

src/store/store.h:

src/base/field.h:

src/base/json.h:

src/base/text.h:

src/base/cx.h:

src/base/arena.h:

src/base/log.h:
