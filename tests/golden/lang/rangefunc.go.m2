# command-line-arguments
./rangefunc.go:3:6: can inline count with cost 17 as: func(int) func(func(int) bool) { return func literal }
./rangefunc.go:4:9: can inline count.func1 with cost 35 as: func(func(int) bool) { for loop }
./rangefunc.go:13:6: can inline pairs with cost 17 as: func(map[string]int) func(func(string, int) bool) { return func literal }
./rangefunc.go:14:9: can inline pairs.func1 with cost 32 as: func(func(string, int) bool) { for loop }
./rangefunc.go:23:6: cannot inline sum: function too complex: cost 121 exceeds budget 80
./rangefunc.go:24:2: can inline sum-range1 with cost 23 as: func(int) bool { #tmpState := #state1; #state1 = 2; if #tmpState != 1 { runtime.panicrangestate(#tmpState) }; s += i; #state1 = 1; return true }
./rangefunc.go:30:6: cannot inline first: function too complex: cost 131 exceeds budget 80
./rangefunc.go:31:2: can inline first-range1 with cost 38 as: func(string, int) bool { #tmpState := #state1; #state1 = 2; if #tmpState != 1 { runtime.panicrangestate(#tmpState) }; if v > 0 { #rv1, #rv2 = k, &v; #next = -1; #state1 = 0; return false }; #state1 = 1; return true }
./rangefunc.go:39:6: cannot inline nested: function too complex: cost 131 exceeds budget 80
./rangefunc.go:42:2: can inline nested-range1 with cost 179 as: func(int) bool { #tmpState := #state1; #state1 = 2; if #tmpState != 1 { runtime.panicrangestate(#tmpState) }; #state2 := 1; #yield1 := func literal; .autotmp_5(#yield1); if #state2 == 2 { runtime.panicrangestate(4) }; #state2 = 3; if #next > 2 { runtime.panicrangestate(0) }; if #next == 1 { #next = 0; #state1 = 1; return true }; if #next == 2 { #next = 0; #state1 = 0; return false }; if #next > 0 { #state1 = 0; return false }; #state1 = 1; return true }
./rangefunc.go:43:3: can inline nested-range2 with cost 49 as: func(int) bool { #tmpState := #state2; #state2 = 2; if #tmpState != 1 { runtime.panicrangestate(#tmpState) }; if j == 2 { #next = 1; #state2 = 0; return false }; if i == 2 { #next = 2; #state2 = 0; return false }; t += i * j; #state2 = 1; return true }
./rangefunc.go:56:6: cannot inline deferred: defer call in range func
./rangefunc.go:57:2: cannot inline deferred-range1: unhandled op DEFER
./rangefunc.go:58:3: can inline deferred.deferwrap1 with cost 2 as: func() { println(.autotmp_3) }
./rangefunc.go:60:2: can inline deferred-range2 with cost 20 as: func(int) bool { #tmpState := #state2; #state2 = 2; if #tmpState != 1 { runtime.panicrangestate(#tmpState) }; #state2 = 1; return true }
./rangefunc.go:24:22: inlining call to count
./rangefunc.go:4:9: can inline sum.count.func1 with cost 35 as: func(func(int) bool) { for loop }
./rangefunc.go:24:2: inlining call to sum.count.func1
./rangefunc.go:24:2: inlining call to sum-range1
./rangefunc.go:31:25: inlining call to pairs
./rangefunc.go:14:9: can inline first.pairs.func1 with cost 32 as: func(func(string, int) bool) { for loop }
./rangefunc.go:31:2: inlining call to first.pairs.func1
./rangefunc.go:31:2: inlining call to first-range1
./rangefunc.go:42:22: inlining call to count
./rangefunc.go:4:9: can inline nested.count.func1 with cost 35 as: func(func(int) bool) { for loop }
./rangefunc.go:42:2: inlining call to nested.count.func1
./rangefunc.go:42:2: inlining call to nested-range1
./rangefunc.go:42:2: inlining call to count
./rangefunc.go:4:9: can inline nested.nested.count.func1.nested-range1.count.func2 with cost 35 as: func(func(int) bool) { for loop }
./rangefunc.go:42:2: inlining call to nested.nested.count.func1.nested-range1.count.func2
./rangefunc.go:43:3: can inline nested.nested.count.func1.nested-range1-range3 with cost 49 as: func(int) bool { #tmpState := #state2; #state2 = 2; if #tmpState != 1 { runtime.panicrangestate(#tmpState) }; if j == 2 { #next = 1; #state2 = 0; return false }; if i == 2 { #next = 2; #state2 = 0; return false }; t += i * j; #state2 = 1; return true }
./rangefunc.go:43:23: inlining call to count
./rangefunc.go:4:9: can inline nested.count.func3 with cost 35 as: func(func(int) bool) { for loop }
./rangefunc.go:43:3: inlining call to nested.count.func3
./rangefunc.go:43:3: inlining call to nested-range2
./rangefunc.go:57:22: inlining call to count
./rangefunc.go:4:9: can inline deferred.count.func1 with cost 35 as: func(func(int) bool) { for loop }
./rangefunc.go:57:2: inlining call to deferred.count.func1
./rangefunc.go:60:17: inlining call to count
./rangefunc.go:4:9: can inline deferred.count.func2 with cost 35 as: func(func(int) bool) { for loop }
./rangefunc.go:60:2: inlining call to deferred.count.func2
./rangefunc.go:60:2: inlining call to deferred-range2
./rangefunc.go:3:12: count capturing by value: n (addr=false assign=false width=8)
./rangefunc.go:4:9: func literal escapes to heap in count:
./rangefunc.go:4:9:   flow: ~r0 ← &{storage for func literal}:
./rangefunc.go:4:9:     from func literal (spill) at ./rangefunc.go:4:9
./rangefunc.go:4:9:     from return func literal (return) at ./rangefunc.go:4:2
./rangefunc.go:3:12: parameter n leaks to {storage for func literal} for count with derefs=0:
./rangefunc.go:3:12:   flow: {storage for func literal} ← n:
./rangefunc.go:3:12:     from n (captured by a closure) at ./rangefunc.go:5:19
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:4:9: func literal escapes to heap
./rangefunc.go:13:12: pairs capturing by value: m (addr=false assign=false width=8)
./rangefunc.go:14:9: func literal escapes to heap in pairs:
./rangefunc.go:14:9:   flow: ~r0 ← &{storage for func literal}:
./rangefunc.go:14:9:     from func literal (spill) at ./rangefunc.go:14:9
./rangefunc.go:14:9:     from return func literal (return) at ./rangefunc.go:14:2
./rangefunc.go:13:12: parameter m leaks to {storage for func literal} for pairs with derefs=0:
./rangefunc.go:13:12:   flow: {storage for func literal} ← m:
./rangefunc.go:13:12:     from m (captured by a closure) at ./rangefunc.go:15:21
./rangefunc.go:13:12: leaking param: m
./rangefunc.go:14:14: yield does not escape
./rangefunc.go:14:9: func literal escapes to heap
./rangefunc.go:24:22: sum capturing by value: n (addr=false assign=false width=8)
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:24:22: func literal does not escape
./rangefunc.go:31:25: first capturing by value: m (addr=false assign=false width=8)
./rangefunc.go:31:2: v escapes to heap in first:
./rangefunc.go:31:2:   flow: #rv2 ← &v:
./rangefunc.go:31:2:     from &v (address-of) at ./rangefunc.go:31:2
./rangefunc.go:31:2:     from #rv1, #rv2 = k, &v (assign-pair) at ./rangefunc.go:31:2
./rangefunc.go:30:12: m does not escape
./rangefunc.go:14:14: yield does not escape
./rangefunc.go:31:2: moved to heap: v
./rangefunc.go:31:25: func literal does not escape
./rangefunc.go:42:22: nested capturing by value: n (addr=false assign=false width=8)
./rangefunc.go:42:2: nested capturing by ref: #state2 (addr=false assign=true width=8)
nested capturing by ref: #next (addr=false assign=true width=8)
./rangefunc.go:42:2: nested capturing by value: i (addr=false assign=false width=8)
./rangefunc.go:40:2: nested capturing by ref: t (addr=false assign=true width=8)
./rangefunc.go:42:2: nested capturing by value: n (addr=false assign=false width=8)
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:42:22: func literal does not escape
./rangefunc.go:42:2: func literal does not escape
./rangefunc.go:42:2: func literal does not escape
./rangefunc.go:58:3: func literal escapes to heap in deferred-range1:
./rangefunc.go:58:3:   flow: {heap} ← &{storage for func literal}:
./rangefunc.go:58:3:     from func literal (spill) at ./rangefunc.go:58:3
./rangefunc.go:57:2: deferred capturing by ref: #state1 (addr=false assign=true width=8)
deferred capturing by value: #defers (addr=false assign=false width=16)
./rangefunc.go:58:3: deferred-range1 capturing by value: .autotmp_3 (addr=false assign=false width=8)
./rangefunc.go:57:22: deferred capturing by value: n (addr=false assign=false width=8)
./rangefunc.go:60:17: deferred capturing by value: n (addr=false assign=false width=8)
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:57:2: func literal does not escape
./rangefunc.go:57:22: func literal does not escape
./rangefunc.go:60:17: func literal does not escape
