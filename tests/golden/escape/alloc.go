package p

type S struct {
	a int
	p *int
}

type I interface{ M() int }

func (s S) M() int   { return s.a }
func (s *S) N() *int { return &s.a }

var gi I
var ge interface{}
var gs []byte
var gm map[string]*S

func makes(n int) {
	a := make([]int, 10)
	b := make([]int, n)
	c := make([]int, 10, n)
	d := make([]int, 0, 70000)
	_, _, _, _ = a, b, c, d
	m := make(map[string]int)
	m["a"] = 1
	ch := make(chan int, n)
	close(ch)
	var big [1 << 20]int
	_ = big[n]
	x := new([1 << 17]byte)
	_ = x
	y := new(int)
	*y = 1
}

func literals() *S {
	a := &S{}
	b := &S{a: 1}
	c := []*S{a, b}
	d := map[string]*S{"c": c[0]}
	gm = map[string]*S{"d": {a: 2}}
	_ = d
	e := [...]S{{a: 1}, {a: 2}}
	_ = e
	return &S{p: &b.a}
}

func ifaces(s S, p *S, n int) {
	var i I = s
	_ = i.M()
	gi = s
	gi = p
	ge = n
	ge = "constant"
	ge = 3
	ge = struct{}{}
	var e interface{} = n
	_ = e
	if v, ok := ge.(S); ok {
		_ = v
	}
	switch v := ge.(type) {
	case *S:
		_ = v.N()
	case I:
		gi = v
	}
	panic(n)
}

func strs(b []byte, s string, r []rune, n rune) string {
	if string(b) == s {
		return string(b)
	}
	x := []byte(s)
	gs = []byte(s)
	for range []byte(s) {
	}
	y := []rune(s)
	_ = y
	m := map[string]int{}
	_ = m[string(b)]
	z := s + string(x) + "c"
	_ = z
	return s + string(r) + string(n)
}

func appends(xs []*int, b []byte, s string) []*int {
	var local []int
	local = append(local, 1, 2, 3)
	b = append(b, s...)
	b = append(b, make([]byte, 10)...)
	xs = append(xs, new(int))
	copy(xs, xs[1:])
	return append([]*int(nil), xs...)
}

func arrays(a [4]int, s []int) *[2]int {
	p := &a
	t := p[:]
	_ = t
	q := [2]int(s)
	_ = q
	return (*[2]int)(s)
}
