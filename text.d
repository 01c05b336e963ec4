text.o: src/base/text.c src/base/text.h src/base/cx.h src/base/arena.h

src/base/text.h:

src/base/cx.h:

src/base/arena.h:
