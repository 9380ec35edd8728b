# command-line-arguments
./loopvar.go:7:6: can inline threeClauses
./loopvar.go:9:19: can inline threeClauses.func1
./loopvar.go:14:6: can inline overRange
./loopvar.go:16:19: can inline overRange.func1
./loopvar.go:21:6: can inline address
./loopvar.go:30:3: can inline stays.func1
./loopvar.go:28:6: can inline stays
./loopvar.go:30:27: inlining call to stays.func1
./loopvar.go:35:26: inlining call to threeClauses
./loopvar.go:35:45: inlining call to overRange
./loopvar.go:35:64: inlining call to address
./loopvar.go:36:7: inlining call to stays
./loopvar.go:30:3: can inline main.stays.func3
./loopvar.go:36:7: inlining call to main.stays.func3
./loopvar.go:8:6: moved to heap: i
./loopvar.go:9:19: func literal escapes to heap
./loopvar.go:9:14: append escapes to heap
./loopvar.go:14:16: leaking param content: xs
./loopvar.go:15:6: moved to heap: i
./loopvar.go:15:9: moved to heap: x
./loopvar.go:16:19: func literal escapes to heap
./loopvar.go:16:14: append escapes to heap
./loopvar.go:21:14: xs does not escape
./loopvar.go:22:6: moved to heap: i
./loopvar.go:23:14: append escapes to heap
./loopvar.go:28:12: m does not escape
./loopvar.go:35:26: moved to heap: i
./loopvar.go:35:45: moved to heap: i
./loopvar.go:35:45: moved to heap: x
./loopvar.go:35:64: moved to heap: i
./loopvar.go:35:26: func literal escapes to heap
./loopvar.go:35:26: append does not escape
./loopvar.go:35:45: func literal escapes to heap
./loopvar.go:35:45: append does not escape
./loopvar.go:35:64: append does not escape
