# command-line-arguments
./generics.go:61:6: can inline name.String with cost 2 as: method(name) func() string { return string(n) }
./generics.go:111:6: can inline myInt.Less with cost 4 as: method(myInt) func(myInt) bool { return a < b }
./generics.go:5:6: can inline Sum[go.shape.int] with cost 11 as: func(*[3]uintptr, []go.shape.int) go.shape.int { for loop; return s }
./generics.go:5:6: can inline Sum[go.shape.float64] with cost 11 as: func(*[3]uintptr, []go.shape.float64) go.shape.float64 { for loop; return s }
./generics.go:12:6: can inline Map[go.shape.int,go.shape.string] with cost 40 as: func(*[7]uintptr, []go.shape.int, func(go.shape.int) go.shape.string) []go.shape.string { out := make([]go.shape.string, 0, len(xs)); for loop; return out }
./generics.go:116:20: can inline use.func1 with cost 2 as: func(int) string { return "" }
./generics.go:29:6: can inline (*List[go.shape.string]).Push with cost 14 as: method(*List[go.shape.string]) func(*[10]uintptr, go.shape.string) { l.head = &elem[go.shape.string]{...}; l.n++ }
./generics.go:34:6: can inline (*List[go.shape.string]).Each with cost 35 as: method(*List[go.shape.string]) func(*[10]uintptr, func(go.shape.string)) { for loop }
./generics.go:119:9: can inline use.func2 with cost 2 as: func(string) { println(s) }
./generics.go:39:6: can inline (*List[go.shape.string]).All with cost 17 as: method(*List[go.shape.string]) func(*[10]uintptr) func(func(go.shape.string) bool) { return func literal }
./generics.go:40:9: can inline (*List[go.shape.string]).All.func1 with cost 38 as: func(func(go.shape.string) bool) { for loop }
./generics.go:54:6: can inline Make[go.shape.string,go.shape.*uint8] with cost 6 as: func(*[3]uintptr, go.shape.string, go.shape.*uint8) Pair[go.shape.string,go.shape.*uint8] { return Pair[go.shape.string,go.shape.*uint8]{...} }
./generics.go:55:6: can inline Pair[go.shape.string,go.shape.*uint8].Get with cost 3 as: method(Pair[go.shape.string,go.shape.*uint8]) func(*[4]uintptr) go.shape.*uint8 { return p.Val }
./generics.go:56:6: can inline (*Pair[go.shape.string,go.shape.*uint8]).Ptr with cost 4 as: method(*Pair[go.shape.string,go.shape.*uint8]) func(*[4]uintptr) *go.shape.*uint8 { return &p.Val }
./generics.go:63:6: can inline Join[go.shape.string] with cost 73 as: func(*[4]uintptr, ...go.shape.string) string { for loop; return  }
./generics.go:70:6: can inline Zero[go.shape.int] with cost 7 as: func(*[2]uintptr) *go.shape.int { z = <nil>; return &z }
./generics.go:75:6: can inline Ptr[go.shape.string] with cost 3 as: func(*[2]uintptr, go.shape.string) *go.shape.string { return &v }
./generics.go:77:6: can inline Is[go.shape.string] with cost 15 as: func(*[1]uintptr, any) bool { _, ok := go.shape.string(.autotmp_4), .autotmp_5; return ok }
./generics.go:82:6: can inline Switch[go.shape.int] with cost 12 as: func(*[2]uintptr, go.shape.int) int { switch statement; return 0 }
./generics.go:97:6: cannot inline (*Tree[go.shape.int]).Insert: function too complex: cost 214 exceeds budget 80
./generics.go:5:6: can inline Sum[command-line-arguments.myInt] with cost 17 as: func([]myInt) myInt { return Sum[go.shape.int](&.dict.Sum[command-line-arguments.myInt], xs) }
./generics.go:33:6: can inline (*List[go.shape.string]).Len with cost 3 as: method(*List[go.shape.string]) func(*[10]uintptr) int { return l.n }
./generics.go:33:6: can inline (*List[string]).Len with cost 8 as: method(*List[string]) func() int { return (*List[go.shape.string]).Len(l, &.dict.List[string]) }
./generics.go:113:6: cannot inline use: function too complex: cost 657 exceeds budget 80
./generics.go:120:2: can inline use-range1 with cost 22 as: func(string) bool { #tmpState := #state1; #state1 = 2; if #tmpState != 1 { runtime.panicrangestate(#tmpState) }; println(s); #state1 = 1; return true }
./generics.go:97:6: can inline (*Tree[command-line-arguments.myInt]).Insert with cost 63 as: method(*Tree[command-line-arguments.myInt]) func(myInt) *Tree[command-line-arguments.myInt] { return (*Tree[go.shape.int]).Insert(t, &.dict.Tree[command-line-arguments.myInt], v) }
./generics.go:82:6: can inline Switch[int] with cost 18 as: func(int) int { return Switch[go.shape.int](&.dict.Switch[int], x) }
./generics.go:77:6: can inline Is[string] with cost 21 as: func(any) bool { return Is[go.shape.string](&.dict.Is[string], x) }
./generics.go:75:6: can inline Ptr[string] with cost 9 as: func(string) *string { return Ptr[go.shape.string](&.dict.Ptr[string], v) }
./generics.go:70:6: can inline Zero[int] with cost 12 as: func() *int { return Zero[go.shape.int](&.dict.Zero[int]) }
./generics.go:63:6: can inline Join[command-line-arguments.name] with cost 79 as: func(...name) string { return Join[go.shape.string](&.dict.Join[command-line-arguments.name], xs...) }
./generics.go:54:6: can inline Make[string,*command-line-arguments.List[string]] with cost 13 as: func(string, *List[string]) Pair[string,*command-line-arguments.List[string]] { return Make[go.shape.string,go.shape.*uint8](&.dict.Make[string,*command-line-arguments.List[string]], k, v) }
./generics.go:56:6: can inline (*Pair[string,*command-line-arguments.List[string]]).Ptr with cost 9 as: method(*Pair[string,*command-line-arguments.List[string]]) func() **List[string] { return (*Pair[go.shape.string,go.shape.*uint8]).Ptr(p, &.dict.Pair[string,*command-line-arguments.List[string]]) }
./generics.go:55:6: can inline Pair[string,*command-line-arguments.List[string]].Get with cost 8 as: method(Pair[string,*command-line-arguments.List[string]]) func() *List[string] { return Pair[go.shape.string,go.shape.*uint8].Get(p, &.dict.Pair[string,*command-line-arguments.List[string]]) }
./generics.go:39:6: can inline (*List[string]).All with cost 22 as: method(*List[string]) func() func(func(string) bool) { return (*List[go.shape.string]).All(l, &.dict.List[string]) }
./generics.go:34:6: can inline (*List[string]).Each with cost 40 as: method(*List[string]) func(func(string)) { (*List[go.shape.string]).Each(l, &.dict.List[string], f) }
./generics.go:29:6: can inline (*List[string]).Push with cost 19 as: method(*List[string]) func(string) { (*List[go.shape.string]).Push(l, &.dict.List[string], v) }
./generics.go:12:6: can inline Map[int,string] with cost 47 as: func([]int, func(int) string) []string { return Map[go.shape.int,go.shape.string](&.dict.Map[int,string], xs, f) }
./generics.go:5:6: can inline Sum[float64] with cost 17 as: func([]float64) float64 { return Sum[go.shape.float64](&.dict.Sum[float64], xs) }
./generics.go:5:6: can inline Sum[int] with cost 17 as: func([]int) int { return Sum[go.shape.int](&.dict.Sum[int], xs) }
./generics.go:5:6: inlining call to Sum[go.shape.int]
./generics.go:33:6: inlining call to (*List[go.shape.string]).Len
./generics.go:114:9: inlining call to Sum[go.shape.int]
./generics.go:115:9: inlining call to Sum[go.shape.float64]
./generics.go:116:9: inlining call to Map[go.shape.int,go.shape.string]
./generics.go:118:8: inlining call to (*List[go.shape.string]).Push
./generics.go:119:8: inlining call to (*List[go.shape.string]).Each
./generics.go:120:22: inlining call to (*List[go.shape.string]).All
./generics.go:40:9: can inline use.(*List[go.shape.string]).All.func3 with cost 38 as: func(func(go.shape.string) bool) { for loop }
./generics.go:120:2: inlining call to use.(*List[go.shape.string]).All.func3
./generics.go:123:11: inlining call to Make[go.shape.string,go.shape.*uint8]
./generics.go:124:11: inlining call to Pair[go.shape.string,go.shape.*uint8].Get
./generics.go:125:11: inlining call to (*Pair[go.shape.string,go.shape.*uint8]).Ptr
./generics.go:126:10: inlining call to Join[go.shape.string]
./generics.go:127:15: inlining call to Zero[go.shape.int]
./generics.go:128:9: inlining call to Ptr[go.shape.string]
./generics.go:129:16: inlining call to Is[go.shape.string]
./generics.go:130:12: inlining call to Switch[go.shape.int]
./generics.go:134:7: inlining call to Sum[command-line-arguments.myInt]
./generics.go:116:9: inlining call to use.func1
./generics.go:119:8: inlining call to use.func2
./generics.go:120:2: inlining call to use-range1
./generics.go:134:7: inlining call to Sum[go.shape.int]
./generics.go:82:6: inlining call to Switch[go.shape.int]
./generics.go:77:6: inlining call to Is[go.shape.string]
./generics.go:75:6: inlining call to Ptr[go.shape.string]
./generics.go:70:6: inlining call to Zero[go.shape.int]
./generics.go:63:6: inlining call to Join[go.shape.string]
./generics.go:54:6: inlining call to Make[go.shape.string,go.shape.*uint8]
./generics.go:56:6: inlining call to (*Pair[go.shape.string,go.shape.*uint8]).Ptr
./generics.go:55:6: inlining call to Pair[go.shape.string,go.shape.*uint8].Get
./generics.go:39:6: inlining call to (*List[go.shape.string]).All
./generics.go:34:6: inlining call to (*List[go.shape.string]).Each
./generics.go:29:6: inlining call to (*List[go.shape.string]).Push
./generics.go:12:6: inlining call to Map[go.shape.int,go.shape.string]
./generics.go:5:6: inlining call to Sum[go.shape.float64]
./generics.go:5:6: inlining call to Sum[go.shape.int]
<autogenerated>:1: inlining call to name.String
<autogenerated>:1: inlining call to myInt.Less
<autogenerated>:1: inlining call to Pair[string,*command-line-arguments.List[string]].Get
<autogenerated>:1: inlining call to Pair[go.shape.string,go.shape.*uint8].Get
<autogenerated>:1: inlining call to Pair[go.shape.string,go.shape.*uint8].Get
<autogenerated>:1: inlining call to (*List[string]).Len
<autogenerated>:1: inlining call to (*List[go.shape.string]).Len
./generics.go:61:7: parameter n leaks to ~r0 for name.String with derefs=0:
./generics.go:61:7:   flow: ~r0 ← n:
./generics.go:61:7:     from return string(n) (return) at ./generics.go:61:33
./generics.go:61:7: leaking param: n to result ~r0 level=0
./generics.go:99:10: &Tree[go.shape.int]{...} escapes to heap in (*Tree[go.shape.int]).Insert:
./generics.go:99:10:   flow: ~r0 ← &{storage for &Tree[go.shape.int]{...}}:
./generics.go:99:10:     from &Tree[go.shape.int]{...} (spill) at ./generics.go:99:10
./generics.go:99:10:     from return &Tree[go.shape.int]{...} (return) at ./generics.go:99:3
./generics.go:99:10:   flow: {heap} ← ~r0:
./generics.go:99:10:     from t.left = (*Tree[go.shape.int]).Insert(t.left, (*[5]uintptr)(.dict[1]), v) (assign) at ./generics.go:102:10
./generics.go:97:7: parameter t leaks to {heap} for (*Tree[go.shape.int]).Insert with derefs=0:
./generics.go:97:7:   flow: ~r0 ← t:
./generics.go:97:7:     from return t (return) at ./generics.go:106:2
./generics.go:97:7:   flow: {heap} ← ~r0:
./generics.go:97:7:     from t.left = (*Tree[go.shape.int]).Insert(t.left, (*[5]uintptr)(.dict[1]), v) (assign) at ./generics.go:102:10
./generics.go:97:7: parameter t leaks to ~r0 for (*Tree[go.shape.int]).Insert with derefs=0:
./generics.go:97:7:   flow: ~r0 ← t:
./generics.go:97:7:     from return t (return) at ./generics.go:106:2
./generics.go:99:10: &Tree[go.shape.int]{...} escapes to heap
./generics.go:118:8: &elem[go.shape.string]{...} escapes to heap in use:
./generics.go:118:8:   flow: {heap} ← &{storage for &elem[go.shape.string]{...}}:
./generics.go:118:8:     from &elem[go.shape.string]{...} (spill) at ./generics.go:118:8
./generics.go:118:8:     from l.head = &elem[go.shape.string]{...} (assign) at ./generics.go:118:8
./generics.go:120:22: use capturing by value: l (addr=false assign=false width=8)
./generics.go:120:22: use capturing by value: .dict (addr=false assign=false width=8)
./generics.go:40:14: yield does not escape
./generics.go:114:15: []int{...} does not escape
./generics.go:115:19: []float64{...} does not escape
./generics.go:116:15: []int{...} does not escape
./generics.go:116:9: make([]go.shape.string, 0, 1) does not escape
./generics.go:116:9: append does not escape
./generics.go:118:8: &elem[go.shape.string]{...} escapes to heap
./generics.go:120:22: func literal does not escape
./generics.go:126:10: ... argument does not escape
./generics.go:129:17: l does not escape
./generics.go:130:12: any(go.shape.int(3)) does not escape
./generics.go:135:8: l.Len does not escape
./generics.go:119:14: s does not escape
./generics.go:97:7: parameter t leaks to {heap} for (*Tree[command-line-arguments.myInt]).Insert with derefs=0:
./generics.go:97:7:   flow: {heap} ← t:
./generics.go:97:7:     from (*Tree[go.shape.int]).Insert(t, &.dict.Tree[command-line-arguments.myInt], v) (call parameter) at ./generics.go:97:6
./generics.go:83:13: any(x) does not escape
./generics.go:82:6: any(x) does not escape
./generics.go:75:17: v escapes to heap in Ptr[go.shape.string]:
./generics.go:75:17:   flow: ~r0 ← &v:
./generics.go:75:17:     from &v (address-of) at ./generics.go:75:34
./generics.go:75:17:     from return &v (return) at ./generics.go:75:27
./generics.go:75:17: parameter v leaks to ~r0 for Ptr[go.shape.string] with derefs=0:
./generics.go:75:17:   flow: ~r0 ← &v:
./generics.go:75:17:     from &v (address-of) at ./generics.go:75:34
./generics.go:75:17:     from return &v (return) at ./generics.go:75:27
./generics.go:75:17: moved to heap: v
./generics.go:75:6: v escapes to heap in Ptr[string]:
./generics.go:75:6:   flow: ~r0 ← &v:
./generics.go:75:6:     from &v (address-of) at ./generics.go:75:6
./generics.go:75:6:     from ~r0 = &v (assign-pair) at ./generics.go:75:6
./generics.go:75:6:   flow: ~r0 ← ~r0:
./generics.go:75:6:     from return ~r0 (return) at ./generics.go:75:6
./generics.go:75:17: parameter v leaks to v for Ptr[string] with derefs=0:
./generics.go:75:17:   flow: v ← v:
./generics.go:75:17:     from .dict, v := &.dict.Ptr[string], v (assign-pair) at ./generics.go:75:6
./generics.go:75:6: moved to heap: v
./generics.go:71:6: z escapes to heap in Zero[go.shape.int]:
./generics.go:71:6:   flow: ~r0 ← &z:
./generics.go:71:6:     from &z (address-of) at ./generics.go:72:9
./generics.go:71:6:     from return &z (return) at ./generics.go:72:2
./generics.go:71:6: moved to heap: z
./generics.go:70:6: z escapes to heap in Zero[int]:
./generics.go:70:6:   flow: ~r0 ← &z:
./generics.go:70:6:     from &z (address-of) at ./generics.go:70:6
./generics.go:70:6:     from ~r0 = &z (assign-pair) at ./generics.go:70:6
./generics.go:70:6:   flow: ~r0 ← ~r0:
./generics.go:70:6:     from return ~r0 (return) at ./generics.go:70:6
./generics.go:70:6: moved to heap: z
./generics.go:63:23: parameter xs leaks to {heap} for Join[go.shape.string] with derefs=1:
./generics.go:63:23:   flow: {temp} ← xs:
./generics.go:63:23:   flow: x ← *{temp}:
./generics.go:63:23:     from for loop (range-deref) at ./generics.go:64:14
./generics.go:63:23:   flow: {heap} ← x:
./generics.go:63:23:     from (func(go.shape.string) string)(&.dict[0])(x) (call parameter) at ./generics.go:65:16
./generics.go:63:23: parameter xs leaks to {heap} for Join[command-line-arguments.name] with derefs=1:
./generics.go:63:23:   flow: xs ← xs:
./generics.go:63:23:     from .dict, xs := &.dict.Join[command-line-arguments.name], xs (assign-pair) at ./generics.go:63:6
./generics.go:63:23:   flow: {temp} ← xs:
./generics.go:63:23:   flow: x ← *{temp}:
./generics.go:63:23:     from for loop (range-deref) at ./generics.go:63:6
./generics.go:63:23:   flow: {heap} ← x:
./generics.go:63:23:     from (func(go.shape.string) string)(&.dict[0])(x) (call parameter) at ./generics.go:63:6
./generics.go:54:32: parameter k leaks to ~r0 for Make[go.shape.string,go.shape.*uint8] with derefs=0:
./generics.go:54:32:   flow: ~r0 ← k:
./generics.go:54:32:     from Pair[go.shape.string,go.shape.*uint8]{...} (struct literal element) at ./generics.go:54:72
./generics.go:54:32:     from return Pair[go.shape.string,go.shape.*uint8]{...} (return) at ./generics.go:54:55
./generics.go:54:37: parameter v leaks to ~r0 for Make[go.shape.string,go.shape.*uint8] with derefs=0:
./generics.go:54:37:   flow: ~r0 ← v:
./generics.go:54:37:     from Pair[go.shape.string,go.shape.*uint8]{...} (struct literal element) at ./generics.go:54:72
./generics.go:54:37:     from return Pair[go.shape.string,go.shape.*uint8]{...} (return) at ./generics.go:54:55
./generics.go:56:7: parameter p leaks to ~r0 for (*Pair[go.shape.string,go.shape.*uint8]).Ptr with derefs=0:
./generics.go:56:7:   flow: ~r0 ← p:
./generics.go:56:7:     from p.Val (dot of pointer) at ./generics.go:56:64
./generics.go:56:7:     from &p.Val (address-of) at ./generics.go:56:62
./generics.go:56:7:     from return &p.Val (return) at ./generics.go:56:55
./generics.go:55:7: parameter p leaks to ~r0 for Pair[go.shape.string,go.shape.*uint8].Get with derefs=0:
./generics.go:55:7:   flow: ~r0 ← p:
./generics.go:55:7:     from p.Val (dot) at ./generics.go:55:63
./generics.go:55:7:     from return p.Val (return) at ./generics.go:55:55
./generics.go:54:32: parameter k leaks to ~r0 for Make[string,*command-line-arguments.List[string]] with derefs=0:
./generics.go:54:32:   flow: k ← k:
./generics.go:54:32:     from .dict, k, v := &.dict.Make[string,*command-line-arguments.List[string]], k, v (assign-pair) at ./generics.go:54:6
./generics.go:54:32:   flow: ~r0 ← k:
./generics.go:54:32:     from Pair[go.shape.string,go.shape.*uint8]{...} (struct literal element) at ./generics.go:54:6
./generics.go:54:32:     from ~r0 = Pair[go.shape.string,go.shape.*uint8]{...} (assign-pair) at ./generics.go:54:6
./generics.go:54:32:   flow: ~r0 ← ~r0:
./generics.go:54:32:     from return ~r0 (return) at ./generics.go:54:6
./generics.go:54:37: parameter v leaks to ~r0 for Make[string,*command-line-arguments.List[string]] with derefs=0:
./generics.go:54:37:   flow: v ← v:
./generics.go:54:37:     from .dict, k, v := &.dict.Make[string,*command-line-arguments.List[string]], k, v (assign-pair) at ./generics.go:54:6
./generics.go:54:37:   flow: ~r0 ← v:
./generics.go:54:37:     from Pair[go.shape.string,go.shape.*uint8]{...} (struct literal element) at ./generics.go:54:6
./generics.go:54:37:     from ~r0 = Pair[go.shape.string,go.shape.*uint8]{...} (assign-pair) at ./generics.go:54:6
./generics.go:54:37:   flow: ~r0 ← ~r0:
./generics.go:54:37:     from return ~r0 (return) at ./generics.go:54:6
./generics.go:56:7: parameter p leaks to ~r0 for (*Pair[string,*command-line-arguments.List[string]]).Ptr with derefs=0:
./generics.go:56:7:   flow: p ← p:
./generics.go:56:7:     from p, .dict := p, &.dict.Pair[string,*command-line-arguments.List[string]] (assign-pair) at ./generics.go:56:6
./generics.go:56:7:   flow: ~r0 ← p:
./generics.go:56:7:     from p.Val (dot of pointer) at ./generics.go:56:6
./generics.go:56:7:     from &p.Val (address-of) at ./generics.go:56:6
./generics.go:56:7:     from ~r0 = &p.Val (assign-pair) at ./generics.go:56:6
./generics.go:56:7:   flow: ~r0 ← ~r0:
./generics.go:56:7:     from return ~r0 (return) at ./generics.go:56:6
./generics.go:55:7: parameter p leaks to ~r0 for Pair[string,*command-line-arguments.List[string]].Get with derefs=0:
./generics.go:55:7:   flow: p ← p:
./generics.go:55:7:     from p, .dict := p, &.dict.Pair[string,*command-line-arguments.List[string]] (assign-pair) at ./generics.go:55:6
./generics.go:55:7:   flow: ~r0 ← p:
./generics.go:55:7:     from p.Val (dot) at ./generics.go:55:6
./generics.go:55:7:     from ~r0 = p.Val (assign-pair) at ./generics.go:55:6
./generics.go:55:7:   flow: ~r0 ← ~r0:
./generics.go:55:7:     from return ~r0 (return) at ./generics.go:55:6
./generics.go:39:7: (*List[go.shape.string]).All capturing by value: l (addr=false assign=false width=8)
./generics.go:39:6: (*List[go.shape.string]).All capturing by value: .dict (addr=false assign=false width=8)
./generics.go:39:7: parameter l leaks to {heap} for (*List[go.shape.string]).All with derefs=2:
./generics.go:39:7:   flow: e ← *l:
./generics.go:39:7:     from l.head (dot of pointer) at ./generics.go:41:13
./generics.go:39:7:     from e := l.head (assign) at ./generics.go:41:9
./generics.go:39:7:   flow: {heap} ← *e:
./generics.go:39:7:     from e.val (dot of pointer) at ./generics.go:42:15
./generics.go:39:7:     from yield(e.val) (call parameter) at ./generics.go:42:13
./generics.go:40:9: func literal escapes to heap in (*List[go.shape.string]).All:
./generics.go:40:9:   flow: ~r0 ← &{storage for func literal}:
./generics.go:40:9:     from func literal (spill) at ./generics.go:40:9
./generics.go:40:9:     from return func literal (return) at ./generics.go:40:2
./generics.go:39:7: parameter l leaks to {storage for func literal} for (*List[go.shape.string]).All with derefs=0:
./generics.go:39:7:   flow: {storage for func literal} ← l:
./generics.go:39:7:     from l (captured by a closure) at ./generics.go:41:12
./generics.go:39:6: parameter .dict leaks to {storage for func literal} for (*List[go.shape.string]).All with derefs=0:
./generics.go:39:6:   flow: {storage for func literal} ← .dict:
./generics.go:39:6:     from .dict (captured by a closure) at ./generics.go:39:6
./generics.go:40:9: func literal escapes to heap
./generics.go:34:7: parameter l leaks to {heap} for (*List[go.shape.string]).Each with derefs=2:
./generics.go:34:7:   flow: e ← *l:
./generics.go:34:7:     from l.head (dot of pointer) at ./generics.go:35:12
./generics.go:34:7:     from e := l.head (assign) at ./generics.go:35:8
./generics.go:34:7:   flow: {heap} ← *e:
./generics.go:34:7:     from e.val (dot of pointer) at ./generics.go:36:6
./generics.go:34:7:     from f(e.val) (call parameter) at ./generics.go:36:4
./generics.go:30:11: &elem[go.shape.string]{...} escapes to heap in (*List[go.shape.string]).Push:
./generics.go:30:11:   flow: {heap} ← &{storage for &elem[go.shape.string]{...}}:
./generics.go:30:11:     from &elem[go.shape.string]{...} (spill) at ./generics.go:30:11
./generics.go:30:11:     from l.head = &elem[go.shape.string]{...} (assign) at ./generics.go:30:9
./generics.go:29:7: parameter l leaks to {storage for &elem[go.shape.string]{...}} for (*List[go.shape.string]).Push with derefs=1:
./generics.go:29:7:   flow: {storage for &elem[go.shape.string]{...}} ← *l:
./generics.go:29:7:     from l.head (dot of pointer) at ./generics.go:30:21
./generics.go:29:7:     from elem[go.shape.string]{...} (struct literal element) at ./generics.go:30:19
./generics.go:29:24: parameter v leaks to {storage for &elem[go.shape.string]{...}} for (*List[go.shape.string]).Push with derefs=0:
./generics.go:29:24:   flow: {storage for &elem[go.shape.string]{...}} ← v:
./generics.go:29:24:     from elem[go.shape.string]{...} (struct literal element) at ./generics.go:30:19
./generics.go:30:11: &elem[go.shape.string]{...} escapes to heap
./generics.go:39:6: (*List[string]).All capturing by value: l (addr=false assign=false width=8)
./generics.go:39:6: (*List[string]).All capturing by value: .dict (addr=false assign=false width=8)
./generics.go:39:7: parameter l leaks to {heap} for (*List[string]).All with derefs=2:
./generics.go:39:7:   flow: l ← l:
./generics.go:39:7:     from l, .dict := l, &.dict.List[string] (assign-pair) at ./generics.go:39:6
./generics.go:39:7:   flow: e ← *l:
./generics.go:39:7:     from l.head (dot of pointer) at ./generics.go:41:13
./generics.go:39:7:     from e := l.head (assign) at ./generics.go:41:9
./generics.go:39:7:   flow: {heap} ← *e:
./generics.go:39:7:     from e.val (dot of pointer) at ./generics.go:42:15
./generics.go:39:7:     from yield(e.val) (call parameter) at ./generics.go:42:13
./generics.go:39:6: func literal escapes to heap in (*List[string]).All:
./generics.go:39:6:   flow: ~r0 ← &{storage for func literal}:
./generics.go:39:6:     from func literal (spill) at ./generics.go:39:6
./generics.go:39:6:     from ~r0 = func literal (assign-pair) at ./generics.go:39:6
./generics.go:39:6:   flow: ~r0 ← ~r0:
./generics.go:39:6:     from return ~r0 (return) at ./generics.go:39:6
./generics.go:39:7: parameter l leaks to {storage for func literal} for (*List[string]).All with derefs=0:
./generics.go:39:7:   flow: l ← l:
./generics.go:39:7:     from l, .dict := l, &.dict.List[string] (assign-pair) at ./generics.go:39:6
./generics.go:39:7:   flow: {storage for func literal} ← l:
./generics.go:39:7:     from l (captured by a closure) at ./generics.go:39:6
./generics.go:39:6: func literal escapes to heap
./generics.go:34:7: parameter l leaks to {heap} for (*List[string]).Each with derefs=2:
./generics.go:34:7:   flow: l ← l:
./generics.go:34:7:     from l, .dict, f := l, &.dict.List[string], f (assign-pair) at ./generics.go:34:6
./generics.go:34:7:   flow: e ← *l:
./generics.go:34:7:     from l.head (dot of pointer) at ./generics.go:34:6
./generics.go:34:7:     from e := l.head (assign) at ./generics.go:34:6
./generics.go:34:7:   flow: {heap} ← *e:
./generics.go:34:7:     from e.val (dot of pointer) at ./generics.go:34:6
./generics.go:34:7:     from f(e.val) (call parameter) at ./generics.go:34:6
./generics.go:29:6: &elem[go.shape.string]{...} escapes to heap in (*List[string]).Push:
./generics.go:29:6:   flow: {heap} ← &{storage for &elem[go.shape.string]{...}}:
./generics.go:29:6:     from &elem[go.shape.string]{...} (spill) at ./generics.go:29:6
./generics.go:29:6:     from l.head = &elem[go.shape.string]{...} (assign) at ./generics.go:29:6
./generics.go:29:7: parameter l leaks to {storage for &elem[go.shape.string]{...}} for (*List[string]).Push with derefs=1:
./generics.go:29:7:   flow: l ← l:
./generics.go:29:7:     from l, .dict, v := l, &.dict.List[string], v (assign-pair) at ./generics.go:29:6
./generics.go:29:7:   flow: {storage for &elem[go.shape.string]{...}} ← *l:
./generics.go:29:7:     from l.head (dot of pointer) at ./generics.go:29:6
./generics.go:29:7:     from elem[go.shape.string]{...} (struct literal element) at ./generics.go:29:6
./generics.go:29:24: parameter v leaks to {storage for &elem[go.shape.string]{...}} for (*List[string]).Push with derefs=0:
./generics.go:29:24:   flow: v ← v:
./generics.go:29:24:     from l, .dict, v := l, &.dict.List[string], v (assign-pair) at ./generics.go:29:6
./generics.go:29:24:   flow: {storage for &elem[go.shape.string]{...}} ← v:
./generics.go:29:24:     from elem[go.shape.string]{...} (struct literal element) at ./generics.go:29:6
./generics.go:29:6: &elem[go.shape.string]{...} escapes to heap
./generics.go:13:13: make([]go.shape.string, 0, len(xs)) escapes to heap in Map[go.shape.int,go.shape.string]:
./generics.go:13:13:   flow: out ← &{storage for make([]go.shape.string, 0, len(xs))}:
./generics.go:13:13:     from make([]go.shape.string, 0, len(xs)) (spill) at ./generics.go:13:13
./generics.go:13:13:     from out := make([]go.shape.string, 0, len(xs)) (assign) at ./generics.go:13:6
./generics.go:13:13:   flow: ~r0 ← out:
./generics.go:13:13:     from return out (return) at ./generics.go:17:2
./generics.go:15:15: append(out, f(x)) escapes to heap in Map[go.shape.int,go.shape.string]:
./generics.go:15:15:   flow: out ← &{storage for append(out, f(x))}:
./generics.go:15:15:     from append(out, f(x)) (spill) at ./generics.go:15:15
./generics.go:15:15:     from out = append(out, f(x)) (assign) at ./generics.go:15:7
./generics.go:15:15:   flow: ~r0 ← out:
./generics.go:15:15:     from return out (return) at ./generics.go:17:2
./generics.go:13:13: make([]go.shape.string, 0, len(xs)) escapes to heap
./generics.go:15:15: append escapes to heap
./generics.go:12:6: make([]go.shape.string, 0, len(xs)) escapes to heap in Map[int,string]:
./generics.go:12:6:   flow: out ← &{storage for make([]go.shape.string, 0, len(xs))}:
./generics.go:12:6:     from make([]go.shape.string, 0, len(xs)) (spill) at ./generics.go:12:6
./generics.go:12:6:     from out := make([]go.shape.string, 0, len(xs)) (assign) at ./generics.go:12:6
./generics.go:12:6:   flow: ~r0 ← out:
./generics.go:12:6:     from ~r0 = out (assign-pair) at ./generics.go:12:6
./generics.go:12:6:   flow: ~r0 ← ~r0:
./generics.go:12:6:     from return ~r0 (return) at ./generics.go:12:6
./generics.go:12:6: append(out, f(x)) escapes to heap in Map[int,string]:
./generics.go:12:6:   flow: out ← &{storage for append(out, f(x))}:
./generics.go:12:6:     from append(out, f(x)) (spill) at ./generics.go:12:6
./generics.go:12:6:     from out = append(out, f(x)) (assign) at ./generics.go:12:6
./generics.go:12:6:   flow: ~r0 ← out:
./generics.go:12:6:     from ~r0 = out (assign-pair) at ./generics.go:12:6
./generics.go:12:6:   flow: ~r0 ← ~r0:
./generics.go:12:6:     from return ~r0 (return) at ./generics.go:12:6
./generics.go:12:6: make([]go.shape.string, 0, len(xs)) escapes to heap
./generics.go:12:6: append escapes to heap
<autogenerated>:1: parameter ~p0 leaks to {heap} for Stringer.String with derefs=0:
<autogenerated>:1:   flow: {heap} ← ~p0:
<autogenerated>:1:     from ~p0.String() (call parameter) at <autogenerated>:1
./generics.go:61:7: parameter n leaks to ~r0 for (*name).String with derefs=1:
./generics.go:61:7:   flow: n ← *n:
./generics.go:61:7:     from n (indirection) at <autogenerated>:1
./generics.go:61:7:     from n := n (assign-pair) at <autogenerated>:1
./generics.go:61:7:   flow: ~r0 ← n:
./generics.go:61:7:     from ~r0 = string(n) (assign-pair) at <autogenerated>:1
./generics.go:61:7:   flow: ~r0 ← ~r0:
./generics.go:61:7:     from return ~r0 (return) at <autogenerated>:1
./generics.go:55:7: parameter p leaks to ~r0 for (*Pair[string,*command-line-arguments.List[string]]).Get with derefs=1:
./generics.go:55:7:   flow: p ← *p:
./generics.go:55:7:     from p (indirection) at <autogenerated>:1
./generics.go:55:7:     from p := p (assign-pair) at <autogenerated>:1
./generics.go:55:7:   flow: p ← p:
./generics.go:55:7:     from p, .dict := p, &.dict.Pair[string,*command-line-arguments.List[string]] (assign-pair) at <autogenerated>:1
./generics.go:55:7:   flow: ~r0 ← p:
./generics.go:55:7:     from p.Val (dot) at <autogenerated>:1
./generics.go:55:7:     from ~r0 = p.Val (assign-pair) at <autogenerated>:1
./generics.go:55:7:   flow: ~r0 ← ~r0:
./generics.go:55:7:     from ~r0 = ~r0 (assign-pair) at <autogenerated>:1
./generics.go:55:7:   flow: ~r0 ← ~r0:
./generics.go:55:7:     from return ~r0 (return) at <autogenerated>:1
./generics.go:55:7: parameter p leaks to ~r0 for (*Pair[go.shape.string,go.shape.*uint8]).Get with derefs=1:
./generics.go:55:7:   flow: p ← *p:
./generics.go:55:7:     from p (indirection) at <autogenerated>:1
./generics.go:55:7:     from p, _ := p, 0 (assign-pair) at <autogenerated>:1
./generics.go:55:7:   flow: ~r0 ← p:
./generics.go:55:7:     from p.Val (dot) at <autogenerated>:1
./generics.go:55:7:     from ~r0 = p.Val (assign-pair) at <autogenerated>:1
./generics.go:55:7:   flow: ~r0 ← ~r0:
./generics.go:55:7:     from return ~r0 (return) at <autogenerated>:1
