// Constants are gone: LITERALs of the type that the place asks for are left; iota, big numbers, untyped kinds.
package p

const (
	a = iota * 10
	b
	c   float64 = 1 << 3 / 3.0
	big         = 1 << 100
)

type day uint8

const monday day = b

func constants(f float64) (int, float64, day, rune, string, complex128, any) {
	const local = "x" + "y"
	return b, f * big, monday + 1, 'a' + 1, local[1:], 2i * big, big >> 98
}
