#include "core/access/seal.h"

#include "tests/test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE "user.phone:17"
/* by openssl: the phone of the case, nonce of fives */
#define FORMER                                                                                     \
    "s1:1:BQUFBQUFBQUFBQUFBQUFBSkFEJGJTQUTFZ8D:"                                                   \
    "3747aa7f910eedcac88f8d6025190ab0647e7503704a5a04713b8fe91a7794bd"

static const char *given_path(Cx *cx)
{
    return arena_format(cx->arena, "%s/keys", test_dir(cx));
}

CASE("a sealed text opens again, never shows its plain text, and differs each time")
{
    Keys *keys;
    const char *one, *two, *plain;
    EXPECT_OK(keys_load(cx, &keys, given_path(cx)));
    EXPECT_OK(seal_text(cx, &one, keys, PLACE, "13800000000"));
    EXPECT_OK(seal_text(cx, &two, keys, PLACE, "13800000000"));
    EXPECT(strstr(one, "138") == NULL || strcmp(one, two) != 0);
    EXPECT_OK(unseal_text(cx, &plain, keys, PLACE, one));
    EXPECT_TEXT(plain, "13800000000");
    EXPECT_OK(seal_text(cx, &one, keys, PLACE, ""));
    EXPECT_OK(unseal_text(cx, &plain, keys, PLACE, one));
    EXPECT_TEXT(plain, "");
}

CASE("any changed byte of a sealed text is found")
{
    Keys *keys;
    const char *sealed, *plain;
    EXPECT_OK(keys_load(cx, &keys, given_path(cx)));
    EXPECT_OK(seal_text(cx, &sealed, keys, PLACE, "370000199001011234"));
    for (size_t i = 0; i < strlen(sealed); i++) {
        char *changed = arena_text(cx->arena, sealed);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FAIL(unseal_text(cx, &plain, keys, PLACE, changed), INTERNAL, "sealed");
    }
}

CASE("a sealed text opens in its own place only")
{
    Keys *keys;
    const char *sealed, *plain;
    EXPECT_OK(keys_load(cx, &keys, given_path(cx)));
    EXPECT_OK(seal_text(cx, &sealed, keys, PLACE, "13800000000"));
    EXPECT_FAIL(unseal_text(cx, &plain, keys, "user.phone:18", sealed), INTERNAL, "sealed");
    EXPECT_FAIL(unseal_text(cx, &plain, keys, "expert.phone:17", sealed), INTERNAL, "sealed");
    char *former = arena_text(cx->arena, sealed);
    former[1] = '1';
    EXPECT_FAIL(unseal_text(cx, &plain, keys, PLACE, former), INTERNAL, "sealed");
}

CASE("a text sealed before places were bound still opens")
{
    static const char FILE_[] =
        "audit 1 0101010101010101010101010101010101010101010101010101010101010101\n"
        "token 1 0202020202020202020202020202020202020202020202020202020202020202\n"
        "seal 1 03030303030303030303030303030303"
        "0404040404040404040404040404040404040404040404040404040404040404\n";
    Keys *keys;
    const char *plain, *path = given_path(cx);
    FILE *f = fopen(path, "w");
    EXPECT(f != NULL && fputs(FILE_, f) >= 0 && fclose(f) == 0 && chmod(path, 0600) == 0);
    EXPECT_OK(keys_load(cx, &keys, path));
    EXPECT_OK(unseal_text(cx, &plain, keys, PLACE, FORMER));
    EXPECT_TEXT(plain, "13800000000");
}

CASE("a new key seals from then on and the old one still opens")
{
    Keys *keys;
    const char *path = given_path(cx), *old, *fresh, *plain;
    EXPECT_OK(keys_load(cx, &keys, path));
    EXPECT_OK(seal_text(cx, &old, keys, PLACE, "旧"));
    EXPECT_OK(keys_rotate(cx, path));
    EXPECT_OK(keys_load(cx, &keys, path));
    EXPECT_OK(seal_text(cx, &fresh, keys, PLACE, "新"));
    EXPECT(strncmp(fresh, "s2:2:", 5) == 0);
    EXPECT_OK(unseal_text(cx, &plain, keys, PLACE, old));
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
