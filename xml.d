xml.o: src/base/xml.c src/base/xml.h src/base/text.h src/base/cx.h \
  src/base/arena.h

src/base/xml.h:

src/base/text.h:

src/base/cx.h:

src/base/arena.h:
