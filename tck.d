tck.o: src/tck.c
