# command-line-arguments
./rangefunc.go:3:6: can inline count
./rangefunc.go:4:9: can inline count.func1
./rangefunc.go:13:6: can inline pairs
./rangefunc.go:14:9: can inline pairs.func1
./rangefunc.go:24:2: can inline sum-range1
./rangefunc.go:31:2: can inline first-range1
./rangefunc.go:42:2: can inline nested-range1
./rangefunc.go:43:3: can inline nested-range2
./rangefunc.go:58:3: can inline deferred.deferwrap1
./rangefunc.go:60:2: can inline deferred-range2
./rangefunc.go:24:22: inlining call to count
./rangefunc.go:4:9: can inline sum.count.func1
./rangefunc.go:24:2: inlining call to sum.count.func1
./rangefunc.go:24:2: inlining call to sum-range1
./rangefunc.go:31:25: inlining call to pairs
./rangefunc.go:14:9: can inline first.pairs.func1
./rangefunc.go:31:2: inlining call to first.pairs.func1
./rangefunc.go:31:2: inlining call to first-range1
./rangefunc.go:42:22: inlining call to count
./rangefunc.go:4:9: can inline nested.count.func1
./rangefunc.go:42:2: inlining call to nested.count.func1
./rangefunc.go:42:2: inlining call to nested-range1
./rangefunc.go:42:2: inlining call to count
./rangefunc.go:4:9: can inline nested.nested.count.func1.nested-range1.count.func2
./rangefunc.go:42:2: inlining call to nested.nested.count.func1.nested-range1.count.func2
./rangefunc.go:43:3: can inline nested.nested.count.func1.nested-range1-range3
./rangefunc.go:43:23: inlining call to count
./rangefunc.go:4:9: can inline nested.count.func3
./rangefunc.go:43:3: inlining call to nested.count.func3
./rangefunc.go:43:3: inlining call to nested-range2
./rangefunc.go:57:22: inlining call to count
./rangefunc.go:4:9: can inline deferred.count.func1
./rangefunc.go:57:2: inlining call to deferred.count.func1
./rangefunc.go:60:17: inlining call to count
./rangefunc.go:4:9: can inline deferred.count.func2
./rangefunc.go:60:2: inlining call to deferred.count.func2
./rangefunc.go:60:2: inlining call to deferred-range2
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:4:9: func literal escapes to heap
./rangefunc.go:13:12: leaking param: m
./rangefunc.go:14:14: yield does not escape
./rangefunc.go:14:9: func literal escapes to heap
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:24:22: func literal does not escape
./rangefunc.go:30:12: m does not escape
./rangefunc.go:14:14: yield does not escape
./rangefunc.go:31:2: moved to heap: v
./rangefunc.go:31:25: func literal does not escape
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:42:22: func literal does not escape
./rangefunc.go:42:2: func literal does not escape
./rangefunc.go:42:2: func literal does not escape
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:57:2: func literal does not escape
./rangefunc.go:57:22: func literal does not escape
./rangefunc.go:60:17: func literal does not escape
