package p

type inner struct{ n int }

func (i inner) Value() int     { return i.n }
func (i *inner) Pointer() *int { return &i.n }

type Outer struct {
	inner
	name string
}

type Deep struct{ *Outer }

type Valuer interface{ Value() int }
type Both interface {
	Valuer
	Pointer() *int
}

var _ Valuer = Outer{}
var _ Both = &Outer{}
var _ Both = Deep{}

func use(v Valuer) int { return v.Value() }

func all() int {
	o := Outer{inner{1}, "o"}
	d := Deep{&o}
	f := o.Value
	g := Outer.Value
	h := (*Outer).Pointer
	k := Valuer.Value
	return use(o) + use(&o) + use(d) + f() + g(o) + *h(&o) + k(d) + *d.Pointer()
}

type Func func(int) int

func (f Func) Call(x int) int { return f(x) }

func callFunc() int {
	return Func(func(x int) int { return x + 1 }).Call(2)
}

type Named interface{ Name() string }
type wrapper struct{ Named }

func (w wrapper) Len() int { return len(w.Name()) }

func viaEmbedded(n Named) int {
	var x interface {
		Named
		Len() int
	} = wrapper{n}
	return x.Len() + len(x.Name())
}
