// Promoted fields and methods: implicit DOT and DOTPTR in between; after inlining the wrappers of Middle and Outer are there.
package p

type Inner struct{ n int }

func (i *Inner) Add(d int) { i.n += d }
func (i Inner) Get() int   { return i.n }

type Middle struct{ *Inner }
type Outer struct {
	Middle
	name string
}

type I interface {
	Add(int)
	Get() int
}

func promoted(o *Outer) (I, func() int) {
	o.n = 1
	o.Add(o.Get())
	return o, o.Get
}
