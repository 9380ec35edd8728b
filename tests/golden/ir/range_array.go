// RANGE over an array and over a pointer to one; with the index alone it is one over the constant length.
package p

func ranges(a [4]int, p *[4]int) (n int) {
	for i, v := range a {
		a[3] = 10
		n += i * v
	}
	for i, v := range p {
		p[3] = 10
		n += i * v
	}
	for i := range a {
		n += i
	}
	return n
}
