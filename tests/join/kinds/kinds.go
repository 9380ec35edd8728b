// Package kinds allocates in as many ways as there are, for a profile that goesc top must explain.
package kinds

import (
	"example.com/kinds/box"
	"fmt"
	"runtime"
	"strings"
)

type pair struct{ a, b *int }
type big struct{ room [300]int64 }

var (
	Global  any
	Pointer *pair
	Strings []string
	Bytes   []byte
	Table   map[int]*pair
	Func    func() int
	Channel chan int
)

//go:noinline
func variable(n int) *int {
	v := n
	return &v
}

//go:noinline
func parameter(n int) *int { return &n }

//go:noinline
func literal(p *int) *pair { return &pair{p, p} }

//go:noinline
func sizes(n int) []byte { return make([]byte, n) }

//go:noinline
func twoSizes() (*big, *pair) { return new(big), new(pair) } // told apart by their sizes

//go:noinline
func twins() (*pair, *pair) { return new(pair), &pair{} } // not to be told apart

//go:noinline
func concat(a, b string) string { return a + "-" + b }

//go:noinline
func convert(s string) []byte { return []byte(s) }

//go:noinline
func closure(n int) func() int {
	return func() int { n++; return n }
}

//go:noinline
func grow(s []string, v string) []string { return append(s, v) }

//go:noinline
func enter(m map[int]*pair, k int) { m[k] = nil }

//go:noinline
func variadic(args ...any) { Global = args }

func inlined(n int) *[6]int { return &[6]int{n} }

//go:noinline
func inliner(n int) *[6]int { return inlined(n) }

//go:noinline
func channel(n int) chan int { return make(chan int, n) }

//go:noinline
func generic[T any](v T) *T { return &v }

type named struct{ s string }

//go:noinline
func plus(list []string) string {
	var all string
	for _, s := range list {
		all += s + ", "
	}
	return all
}

//go:noinline
func spread(n int) []byte { return append(Bytes[:0:0], make([]byte, n)...) }

//go:noinline
func method(r *strings.Reader) func() int { return r.Len }

//go:noinline
func caller() string {
	_, file, _, _ := runtime.Caller(0)
	return file
}

//go:noinline
func frames() *runtime.Frames {
	var pc [4]uintptr
	n := runtime.Callers(0, pc[:])
	all := runtime.CallersFrames(pc[:n])
	return all
}

// Everything does all of it once.
func Everything(n int) {
	p := variable(n)
	q := parameter(n)
	Pointer = literal(p)
	Pointer = literal(q)
	Bytes = sizes(n + 1000)
	Global, Pointer = twoSizes()
	Pointer, Global = twins()
	s := concat("a string of some length", fmt.Sprint(n))
	Bytes = convert(s)
	Func = closure(n)
	Strings = grow(nil, s)
	Table = make(map[int]*pair)
	for i := 0; i < 40; i++ {
		enter(Table, i)
	}
	variadic(n+100000, s)
	Global = inliner(n)
	Channel = channel(n)
	Global = generic(named{s})
	Global = plus([]string{s, s, s})
	Bytes = spread(3000)
	Func = method(strings.NewReader(s))
	Global = box.Fill([5]int{n}, 3)
	Global = box.Fill(s, 3)
	caller()
	Global = frames()
	go func() { Channel <- n }()
	<-Channel
}
