digest.o: src/base/digest.c src/base/digest.h src/base/cx.h \
  src/base/arena.h

src/base/digest.h:

src/base/cx.h:

src/base/arena.h:
