# command-line-arguments
./generics.go:61:7: leaking param: n to result ~r0 level=0
./generics.go:13:13: make([]go.shape.string, 0, len(xs)) escapes to heap
./generics.go:15:15: append escapes to heap
./generics.go:30:11: &elem[go.shape.string]{...} escapes to heap
./generics.go:119:14: s does not escape
./generics.go:40:9: func literal escapes to heap
./generics.go:71:6: moved to heap: z
./generics.go:75:17: moved to heap: v
./generics.go:83:13: any(x) does not escape
./generics.go:99:10: &Tree[go.shape.int]{...} escapes to heap
./generics.go:120:6: s does not escape
./generics.go:117:6: moved to heap: l
./generics.go:120:2: moved to heap: #state1
./generics.go:114:15: []int{...} does not escape
./generics.go:115:19: []float64{...} does not escape
./generics.go:116:15: []int{...} does not escape
./generics.go:116:20: func literal does not escape
./generics.go:119:9: func literal does not escape
./generics.go:120:2: func literal escapes to heap
./generics.go:126:10: ... argument does not escape
./generics.go:129:17: l does not escape
./generics.go:135:8: l.Len does not escape
