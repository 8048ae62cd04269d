# Surefire's XML reports in; `passed N`, `failed NAME: REASON` and `skipped NAME: REASON` out.
# Every record is one tag with the text after it, so it does not matter how the lines are broken.

BEGIN {
    RS = "<"
}

# What a test printed, or the stack of a failure, whose first line is the reason where no attribute says it.
/^!\[CDATA\[/ {
    quoted = 1
    if (awaited && reason == "") {
        reason = substr($0, length("![CDATA[") + 1)
        sub(/(\n|\]\]>).*$/, "", reason)
        sub(/^[A-Za-z0-9_.$]+: /, "", reason)
    }
    awaited = 0
}

quoted {
    if (index($0, "]]>")) {
        quoted = 0
    }
    next
}

/^testcase[ \t\n]/ {
    awaited = 0
    name = short(attribute("classname")) "." attribute("name")
    outcome = "passed"
    reason = ""
    if ($0 ~ /\/>[ \t\r\n]*$/) {
        passed++
    }
    next
}

/^(failure|error)[ \t\n\/>]/ {
    outcome = "failed"
    reason = attribute("message")
    awaited = 1
    next
}

/^skipped[ \t\n\/>]/ {
    outcome = "skipped"
    reason = attribute("message")
    awaited = 1
    next
}

/^system-(out|err)/ {
    awaited = 0
}

/^\/testcase/ {
    if (outcome == "passed") {
        passed++
    } else {
        printf "%s %s: %s\n", outcome, name, (reason == "") ? "no reason given" : one_line(reason)
    }
}

END {
    print "passed " (passed + 0)
}

function attribute(key,    from, text) {
    from = match($0, "[ \t\n]" key "=\"")
    if (from == 0) {
        return ""
    }
    text = substr($0, from + length(key) + 3)
    sub(/".*$/, "", text)
    gsub(/&lt;/, "<", text)
    gsub(/&gt;/, ">", text)
    gsub(/&quot;/, "\"", text)
    gsub(/&apos;/, "'", text)
    gsub(/&#1[03];/, "\n", text)
    gsub(/&#9;/, " ", text)
    gsub(/&amp;/, "\\&", text)
    return text
}

function short(class) {
    sub(/^.*\./, "", class)
    return class
}

function one_line(text) {
    gsub(/[ \t\r\n]+/, " ", text)
    sub(/^ /, "", text)
    return (length(text) > 300) ? substr(text, 1, 300) " …" : text
}
