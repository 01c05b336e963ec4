#include "base/file.h"
#include "tests/test.h"

CASE("a file is read whole up to the limit and refused over it")
{
    const char *path = arena_format(cx->arena, "%s/a.txt", test_dir(cx));
    const char *bytes;
    size_t length;
    test_write(cx, path, "推进");
    EXPECT_OK(file_read(cx, &bytes, &length, path, 6));
    EXPECT_TEXT(bytes, "推进");
    EXPECT_FAIL(file_read(cx, &bytes, &length, path, 5), TOO_LARGE, "file");
    EXPECT_FAIL(file_read(cx, &bytes, &length, "/no/such/file", 5), NOT_FOUND, "file");
}

CASE("a written file replaces the old one and makes its folder")
{
    const char *folder = test_dir(cx);
    const char *path = arena_format(cx->arena, "%s/new/b.json", folder);
    const char **names;
    size_t length;
    EXPECT_OK(file_write(cx, path, "old", 3));
    EXPECT_OK(file_write(cx, path, "newer", 5));
    EXPECT_TEXT(test_read(cx, path, &length), "newer");
    EXPECT_OK(file_list(cx, &names, arena_format(cx->arena, "%s/new", folder), ".json"));
    EXPECT_TEXT(names[0], "b.json");
    EXPECT(names[1] == NULL);
}
