main.o: src/main.c src/base/cx.h src/base/arena.h

src/base/cx.h:

src/base/arena.h:
