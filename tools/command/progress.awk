# Maven's output in, a line for each module and each test class out, as they come: two modules may take turns.

/^\[INFO\] Building .*\[[0-9]+\/[0-9]+\]$/ {
    place = $0
    sub(/^.*\[/, "[", place)
    name = $3
    fetched = 0
    printf "  %-8s %s\n", place, name
    fflush()
}

/^(\[INFO\] )?Downloaded from / {
    fetched++
    total++
    if (total == 1 || total % 100 == 0) {
        printf "           … %d files fetched\n", total
        fflush()
    }
}

/^\[(INFO|WARNING|ERROR)\] .*Tests run: .* -- in / {
    line = $0
    mark = ($1 == "[ERROR]") ? "✗" : "✓"
    class = line
    sub(/^.* -- in /, "", class)
    sub(/^.*\./, "", class)
    count = line
    sub(/^.*Tests run: /, "", count)
    sub(/,.*$/, "", count)
    took = line
    sub(/^.*Time elapsed: /, "", took)
    sub(/ -- in .*$/, "", took)
    sub(/ <<<.*$/, "", took)
    printf "           %s %s (%s tests, %s)\n", mark, class, count, took
    fflush()
}
