# command-line-arguments
./loopvar.go:7:6: can inline threeClauses with cost 34 as: func(int) []func() int { for loop; return fs }
./loopvar.go:9:19: can inline threeClauses.func1 with cost 2 as: func() int { return i }
./loopvar.go:14:6: can inline overRange with cost 30 as: func([]int) []func() int { for loop; return fs }
./loopvar.go:16:19: can inline overRange.func1 with cost 4 as: func() int { return i + x }
./loopvar.go:21:6: can inline address with cost 13 as: func([]int) []*int { for loop; return ps }
./loopvar.go:30:3: can inline stays.func1 with cost 3 as: func() { println(k, v) }
./loopvar.go:28:6: can inline stays with cost 28 as: func(map[string]int) { for loop }
./loopvar.go:34:6: cannot inline main: function too complex: cost 121 exceeds budget 80
./loopvar.go:30:27: inlining call to stays.func1
./loopvar.go:35:26: inlining call to threeClauses
./loopvar.go:35:45: inlining call to overRange
./loopvar.go:35:64: inlining call to address
./loopvar.go:36:7: inlining call to stays
./loopvar.go:30:3: can inline main.stays.func3 with cost 3 as: func() { println(k, v) }
./loopvar.go:36:7: inlining call to main.stays.func3
./loopvar.go:9:19: func literal escapes to heap in threeClauses:
./loopvar.go:9:19:   flow: {heap} ← &{storage for func literal}:
./loopvar.go:9:19:     from func literal (spill) at ./loopvar.go:9:19
./loopvar.go:9:19:     from append(fs, func literal) (call parameter) at ./loopvar.go:9:14
./loopvar.go:8:6: threeClauses capturing by ref: i (addr=false assign=true width=8)
./loopvar.go:8:6: i escapes to heap in threeClauses:
./loopvar.go:8:6:   flow: {storage for func literal} ← &i:
./loopvar.go:8:6:     from i (captured by a closure) at ./loopvar.go:9:39
./loopvar.go:8:6:     from i (reference) at ./loopvar.go:9:39
./loopvar.go:9:14: append(fs, func literal) escapes to heap in threeClauses:
./loopvar.go:9:14:   flow: fs ← &{storage for append(fs, func literal)}:
./loopvar.go:9:14:     from append(fs, func literal) (spill) at ./loopvar.go:9:14
./loopvar.go:9:14:     from fs = append(fs, func literal) (assign) at ./loopvar.go:9:6
./loopvar.go:8:6: moved to heap: i
./loopvar.go:9:19: func literal escapes to heap
./loopvar.go:9:14: append escapes to heap
./loopvar.go:16:19: func literal escapes to heap in overRange:
./loopvar.go:16:19:   flow: {heap} ← &{storage for func literal}:
./loopvar.go:16:19:     from func literal (spill) at ./loopvar.go:16:19
./loopvar.go:16:19:     from append(fs, func literal) (call parameter) at ./loopvar.go:16:14
./loopvar.go:15:6: overRange capturing by ref: i (addr=false assign=true width=8)
./loopvar.go:15:6: i escapes to heap in overRange:
./loopvar.go:15:6:   flow: {storage for func literal} ← &i:
./loopvar.go:15:6:     from i (captured by a closure) at ./loopvar.go:16:39
./loopvar.go:15:6:     from i (reference) at ./loopvar.go:16:39
./loopvar.go:15:9: overRange capturing by ref: x (addr=false assign=true width=8)
./loopvar.go:15:9: x escapes to heap in overRange:
./loopvar.go:15:9:   flow: {storage for func literal} ← &x:
./loopvar.go:15:9:     from x (captured by a closure) at ./loopvar.go:16:43
./loopvar.go:15:9:     from x (reference) at ./loopvar.go:16:43
./loopvar.go:14:16: parameter xs leaks to x for overRange with derefs=1:
./loopvar.go:14:16:   flow: {temp} ← xs:
./loopvar.go:14:16:   flow: x ← *{temp}:
./loopvar.go:14:16:     from for loop (range-deref) at ./loopvar.go:15:14
./loopvar.go:16:14: append(fs, func literal) escapes to heap in overRange:
./loopvar.go:16:14:   flow: fs ← &{storage for append(fs, func literal)}:
./loopvar.go:16:14:     from append(fs, func literal) (spill) at ./loopvar.go:16:14
./loopvar.go:16:14:     from fs = append(fs, func literal) (assign) at ./loopvar.go:16:6
./loopvar.go:14:16: leaking param content: xs
./loopvar.go:15:6: moved to heap: i
./loopvar.go:15:9: moved to heap: x
./loopvar.go:16:19: func literal escapes to heap
./loopvar.go:16:14: append escapes to heap
./loopvar.go:22:6: i escapes to heap in address:
./loopvar.go:22:6:   flow: {heap} ← &i:
./loopvar.go:22:6:     from &i (address-of) at ./loopvar.go:23:19
./loopvar.go:22:6:     from append(ps, &i) (call parameter) at ./loopvar.go:23:14
./loopvar.go:23:14: append(ps, &i) escapes to heap in address:
./loopvar.go:23:14:   flow: ps ← &{storage for append(ps, &i)}:
./loopvar.go:23:14:     from append(ps, &i) (spill) at ./loopvar.go:23:14
./loopvar.go:23:14:     from ps = append(ps, &i) (assign) at ./loopvar.go:23:6
./loopvar.go:21:14: xs does not escape
./loopvar.go:22:6: moved to heap: i
./loopvar.go:23:14: append escapes to heap
./loopvar.go:28:12: m does not escape
./loopvar.go:35:26: func literal escapes to heap in main:
./loopvar.go:35:26:   flow: {heap} ← &{storage for func literal}:
./loopvar.go:35:26:     from func literal (spill) at ./loopvar.go:35:26
./loopvar.go:35:26:     from append(fs, func literal) (call parameter) at ./loopvar.go:35:26
./loopvar.go:35:45: func literal escapes to heap in main:
./loopvar.go:35:45:   flow: {heap} ← &{storage for func literal}:
./loopvar.go:35:45:     from func literal (spill) at ./loopvar.go:35:45
./loopvar.go:35:45:     from append(fs, func literal) (call parameter) at ./loopvar.go:35:45
./loopvar.go:35:64: i escapes to heap in main:
./loopvar.go:35:64:   flow: {heap} ← &i:
./loopvar.go:35:64:     from &i (address-of) at ./loopvar.go:35:64
./loopvar.go:35:64:     from append(ps, &i) (call parameter) at ./loopvar.go:35:64
./loopvar.go:35:26: main capturing by ref: i (addr=false assign=true width=8)
./loopvar.go:35:26: i escapes to heap in main:
./loopvar.go:35:26:   flow: {storage for func literal} ← &i:
./loopvar.go:35:26:     from i (captured by a closure) at ./loopvar.go:35:26
./loopvar.go:35:26:     from i (reference) at ./loopvar.go:35:26
./loopvar.go:35:45: main capturing by ref: i (addr=false assign=true width=8)
./loopvar.go:35:45: i escapes to heap in main:
./loopvar.go:35:45:   flow: {storage for func literal} ← &i:
./loopvar.go:35:45:     from i (captured by a closure) at ./loopvar.go:35:45
./loopvar.go:35:45:     from i (reference) at ./loopvar.go:35:45
./loopvar.go:35:45: main capturing by ref: x (addr=false assign=true width=8)
./loopvar.go:35:45: x escapes to heap in main:
./loopvar.go:35:45:   flow: {storage for func literal} ← &x:
./loopvar.go:35:45:     from x (captured by a closure) at ./loopvar.go:35:45
./loopvar.go:35:45:     from x (reference) at ./loopvar.go:35:45
./loopvar.go:35:26: moved to heap: i
./loopvar.go:35:45: moved to heap: i
./loopvar.go:35:45: moved to heap: x
./loopvar.go:35:64: moved to heap: i
./loopvar.go:35:26: func literal escapes to heap
./loopvar.go:35:26: append does not escape
./loopvar.go:35:45: func literal escapes to heap
./loopvar.go:35:45: append does not escape
./loopvar.go:35:64: append does not escape
