# The output of `node --test --test-reporter=tap` in; `passed N`, `failed NAME` and `skipped NAME` out.
# Only leaves count: a suite ends with a block that says `type: 'suite'`.

/^ *(not )?ok [0-9]+/ {
    flush_test()
    line = $0
    failing = (line ~ /^ *not ok/)
    skipping = (line ~ /# SKIP/)
    name = line
    sub(/^ *(not )?ok [0-9]+( - )?/, "", name)
    pending = 1
    next
}

/^ *type: 'suite'/ {
    pending = 0
}

END {
    flush_test()
    if (passed) {
        print "passed " passed
    }
}

function flush_test() {
    if (!pending) {
        return
    }
    pending = 0
    if (skipping) {
        sub(/ *# SKIP */, ": ", name)
        sub(/: $/, ": no reason given", name)
        print "skipped " name
    } else if (failing) {
        print "failed " name ": see target/test-results/script.tap"
    } else {
        passed++
    }
}
