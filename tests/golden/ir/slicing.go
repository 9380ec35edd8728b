// SLICE, SLICE3, SLICEARR, SLICESTR; an array is addressed first; bounds that are left out are not there; slice to array.
package p

func slices(s []int, a [8]int, p *[8]int, t string, i int) (int, string) {
	b := s[i:]
	b = s[:i:cap(s)]
	c := a[1:3]
	c = p[:]
	d := [2]int(s)
	e := (*[2]int)(s)
	return len(b) + cap(c) + d[0] + e[1], t[i:3]
}
