migrate.o: src/store/migrate.c src/store/driver.h src/store/store.h \
  src/base/field.h src/base/json.h src/base/text.h src/base/cx.h \
  src/base/arena.h src/base/digest.h src/base/log.h

src/store/driver.h:

src/store/store.h:

src/base/field.h:

src/base/json.h:

src/base/text.h:

src/base/cx.h:

src/base/arena.h:

src/base/digest.h:

src/base/log.h:
