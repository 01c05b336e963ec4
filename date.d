date.o: src/base/date.c src/base/date.h src/base/cx.h src/base/arena.h

src/base/date.h:

src/base/cx.h:

src/base/arena.h:
