cx.o: src/base/cx.c src/base/cx.h src/base/arena.h

src/base/cx.h:

src/base/arena.h:
