#include "core/seal.h"

#include "tests/test.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *given_path(Cx *cx)
{
    return arena_format(cx->arena, "%s/keys", test_dir(cx));
}

CASE("a sealed text opens again, never shows its plain text, and differs each time")
{
    Keys *keys;
    const char *one, *two, *plain;
    EXPECT_OK(keys_load(cx, &keys, given_path(cx)));
    EXPECT_OK(seal_text(cx, &one, keys, "13800000000"));
    EXPECT_OK(seal_text(cx, &two, keys, "13800000000"));
    EXPECT(strstr(one, "138") == NULL || strcmp(one, two) != 0);
    EXPECT_OK(unseal_text(cx, &plain, keys, one));
    EXPECT_TEXT(plain, "13800000000");
    EXPECT_OK(seal_text(cx, &one, keys, ""));
    EXPECT_OK(unseal_text(cx, &plain, keys, one));
    EXPECT_TEXT(plain, "");
}

CASE("any changed byte of a sealed text is found")
{
    Keys *keys;
    const char *sealed, *plain;
    EXPECT_OK(keys_load(cx, &keys, given_path(cx)));
    EXPECT_OK(seal_text(cx, &sealed, keys, "370000199001011234"));
    for (size_t i = 0; i < strlen(sealed); i++) {
        char *changed = arena_text(cx->arena, sealed);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FAIL(unseal_text(cx, &plain, keys, changed), INTERNAL, "sealed");
    }
}

CASE("a new key seals from then on and the old one still opens")
{
    Keys *keys;
    const char *path = given_path(cx), *old, *fresh, *plain;
    EXPECT_OK(keys_load(cx, &keys, path));
    EXPECT_OK(seal_text(cx, &old, keys, "旧"));
    EXPECT_OK(keys_rotate(cx, path));
    EXPECT_OK(keys_load(cx, &keys, path));
    EXPECT_OK(seal_text(cx, &fresh, keys, "新"));
    EXPECT(strncmp(fresh, "s1:2:", 5) == 0);
    EXPECT_OK(unseal_text(cx, &plain, keys, old));
    EXPECT_TEXT(plain, "旧");
}

CASE("a key file that others may read, or that is damaged, is refused")
{
    Keys *keys;
    const char *path = given_path(cx);
    EXPECT_OK(keys_load(cx, &keys, path));
    EXPECT_INT(chmod(path, 0644), 0);
    EXPECT_FAIL(keys_load(cx, &keys, path), INVALID, "keys");
    EXPECT_INT(chmod(path, 0600), 0);
    EXPECT_INT(truncate(path, 100), 0);
    EXPECT_FAIL(keys_load(cx, &keys, path), INVALID, "keys");
}

CASE("two purposes have two keys")
{
    Keys *keys;
    EXPECT_OK(keys_load(cx, &keys, given_path(cx)));
    EXPECT(strcmp(keys_mac(cx, keys, 'a', "x", 1), keys_mac(cx, keys, 't', "x", 1)) != 0);
}
