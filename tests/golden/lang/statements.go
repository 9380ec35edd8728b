package p

import "unsafe"

type bits uint8

const (
	A bits = 1 << iota
	B
	C
)

var (
	x, y  = pair()
	z     = func() int { return x + w }()
	w     = len(table)
	table = map[string][]int{"a": {1, 2}, "b": nil}
	array = [...]string{2: "c", 0: "a"}
)

func pair() (int, error) { return 1, nil }

func init() { z++ }
func init() {
	f := func() { w++ }
	f()
}

func ops(a, b int, u uint, s string, p unsafe.Pointer) (r int) {
	r = a<<u | b>>1&^3
	r += -a ^ ^b
	a, b = b, a
	r++
	var arr [4]int
	arr[a&3], r = r, arr[b&3]
	if c := s[a:b]; len(c) > 0 && c[0] == 'x' || s == "y" {
		r *= 2
	}
	q := (*int)(unsafe.Add(p, 8))
	t := unsafe.Slice(q, 4)
	_ = unsafe.String(unsafe.StringData(s), len(s))
	return *q + t[0] + int(unsafe.Sizeof(arr))
}

func channels(in <-chan int, out chan<- *int, done chan struct{}) (n int, ok bool) {
	for v := range in {
		out <- &v
	}
	n, ok = <-in
	select {
	case out <- &n:
	case v, more := <-in:
		n, ok = v, more
	case <-done:
		return
	}
	return n, ok
}

func control(n int, xs []string) (out []string) {
	for i := range n {
		if i%2 == 0 {
			continue
		}
		out = append(out, xs[i])
	}
	switch n := len(out); n {
	case 0, 1:
		out = nil
	case 2:
		fallthrough
	default:
		out = out[:n:n]
	}
	for i, r := range "héllo" {
		if r > 'h' {
			goto done
		}
		_ = i
	}
done:
	return out
}

func complexes(c complex128) float64 {
	d := complex(real(c), -imag(c))
	return real(c*d) + 1.5e3
}

type rec struct {
	name string
	*rec
	m map[bits]*rec
}

func (r *rec) get(b bits) (v *rec, ok bool) {
	v, ok = r.m[b]
	if !ok {
		v = &rec{name: r.name}
		r.m[b] = v
	}
	return
}

func chain(r rec) string {
	r.rec.rec.name = "x"
	v, _ := r.get(A | C)
	r.m[B].name += v.name
	return r.rec.name
}
