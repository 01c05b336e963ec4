store_sqlite_group.o: src/store/store_sqlite_group.c \
  src/store/store_sqlite.h src/store/driver.h src/store/store.h \
  src/base/field.h src/base/json.h src/base/text.h src/base/cx.h \
  src/base/arena.h

src/store/store_sqlite.h:

src/store/driver.h:

src/store/store.h:

src/base/field.h:

src/base/json.h:

src/base/text.h:

src/base/cx.h:

src/base/arena.h:
