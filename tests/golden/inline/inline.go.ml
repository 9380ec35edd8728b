# command-line-arguments
./inline.go:129:14: devirtualizing i.get to T
./inline.go:6:7: t does not escape
./inline.go:7:7: leaking param: t to result ~r0 level=0
./inline.go:23:13: xs does not escape
./inline.go:23:23: m does not escape
./inline.go:50:12: f does not escape
./inline.go:52:15: func literal does not escape
./inline.go:55:9: func literal does not escape
./inline.go:58:7: func literal does not escape
./inline.go:68:14: c does not escape
./inline.go:86:17: x does not escape
./inline.go:108:9: "too large" escapes to heap
./inline.go:122:18: s does not escape
./inline.go:128:13: T{...} does not escape
./inline.go:133:9: &T{...} does not escape
./inline.go:138:2: moved to heap: a
./inline.go:139:9: func literal escapes to heap
./inline.go:144:13: m does not escape
