# Sizes by rule 16 of the house: prints violations, and "# …" lines with the figures.
FNR == 1 { if (file) close_file(); file = FILENAME; open_at = 0; generated = 0 }
{
    lines = FNR
    width = $0; gsub(/[\300-\377][\200-\277]+/, "__", width)  # a Chinese character is two columns
    if (length(width) > 100 && file !~ /_test\.c$/ && $0 !~ /"/) print file ":" FNR ": " length(width) " columns"
}
/^\{/ { open_at = FNR }
/^\}/ && open_at { n = FNR - open_at - 1; open_at = 0; if (file ~ /\.c$/) { size[++count] = n
    if (n > 100 && file !~ /feel_eval|_test\.c$/) print file ":" FNR ": function of " n " lines" } }
function close_file() {
    total += lines
    if (lines > 800) print file ": " lines " lines"
    if (file ~ /\.h$/ && lines > 150) print file ": header of " lines " lines"
}
END {
    close_file()
    for (i = 2; i <= count; i++) { v = size[i]; for (j = i - 1; j > 0 && size[j] > v; j--) size[j + 1] = size[j]; size[j + 1] = v }
    printf "# %d lines, %d functions, median %d lines, p95 %d, longest %d\n", total, count, size[int((count + 1) / 2)], size[int(count * 0.95)], size[count]
}
