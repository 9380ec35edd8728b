package p

var sink *int
var sinks []*int

type node struct {
	next *node
	val  *int
	data [4]int
}

func leak(p *int)                  { sink = p }
func leakContent(p **int)          { sink = *p }
func keep(p *int) int              { return *p }
func result(p *int) *int           { return p }
func deref(p **int) *int           { return *p }
func addr(p *node) *[4]int         { return &p.data }
func second(a, b *int) (x, y *int) { return b, a }
func variadic(ps ...*int)          { sinks = ps }
func variadicKeep(ps ...*int) int  { return len(ps) }
func swap(a, b **int)              { *a, *b = *b, *a }
func link(n *node, v *int)         { n.val = v }
func chain(n *node) *int           { return n.next.next.val }
func named(p *int) (q *int) {
	q = p
	return
}
func blank(_ *int, p *int) {}
func (n *node) method(v *int) *node {
	n.val = v
	return n
}
func (n node) byValue() *int { return n.val }

func callers() {
	a, b := 1, 2
	leak(&a)
	_ = keep(&b)
	var c int
	r := result(&c)
	_ = r
	var d int
	sink = result(&d)
	var e, f int
	variadic(&e)
	variadicKeep(&f)
	var n node
	link(&n, new(int))
	n.method(new(int))
	_ = node{}.byValue()
}
