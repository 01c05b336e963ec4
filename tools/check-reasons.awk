# Rules 17 and 18 of the house, held in the files that have the thinking: at least 0.12 comment lines
# for each line of code, and 15 assertions in 1,000 lines. Prints what falls short, and "# …" lines
# with the figures of all.
# usage: awk -f tools/check-reasons.awk FILE.c…
BEGIN {
    reasons = "^src/(rules/(eval(_truth|_loop)?|dmn_index|dmn_edit|pattern|pattern_read)" \
              "|store/store_sqlite_group|core/process/process|modules/determination/determination" \
              "|modules/review/blind(_zone)?|modules/recommendation/recommendation_candidate|sheet/grid_xlsx)\\.c$"
    asserts["rules"] = "^src/rules/"; asserts["money and decimal"] = "^src/base/(money|decimal)\\.c$"
    asserts["process"] = "^src/(core/process/process|policy/pack/process|policy/prove/process)"; asserts["determination"] = "^src/modules/determination/determination\\.c$"
}
function is_test(file) { return file ~ /_(test|testing)\.c$/ }
FNR == 1 { if (file) close_file(); file = FILENAME; code = comment = asserted = 0; inside = 0 }
{
    line = $0; sub(/^[ \t]+/, "", line)
    if (inside || line ~ /^\/\*/) { comment++; inside = line !~ /\*\// }
    else if (line != "") { code++; if (line ~ /\/\*/) comment++; inside = line ~ /\/\*/ && line !~ /\*\// }
    if (line ~ /(^|[^_a-z])(static_)?assert\(/) asserted++
    lines = FNR
}
function close_file(    group) {
    if (is_test(file)) return
    if (file ~ reasons) {
        held++; all_code += code; all_comment += comment
        if (comment < 0.12 * code) printf "%s: %d comment lines for %d of code: %.2f, at least 0.12\n", file, comment, code, comment / code
    }
    for (group in asserts) if (file ~ asserts[group]) { size[group] += lines; found[group] += asserted }
}
END {
    close_file()
    printf "# reasons: %.2f comment lines a line of code in %d files\n", all_comment / all_code, held
    for (group in size) {
        per = 1000 * found[group] / size[group]
        printf "# assertions: %.1f in 1,000 lines of %s\n", per, group
        if (per < 15) printf "%s: %d assertions in %d lines: %.1f in 1,000, at least 15\n", group, found[group], size[group], per
    }
}
