// COMPLEX, REAL and IMAG; constants with an imaginary part; the precision is that of the parts.
package p

func numbers(a, b float32, z complex128) (complex64, float64, complex128, bool) {
	w := complex(a, b) * (1 + 2i)
	z += complex(float64(real(w)), 3)
	return w, imag(z), z / 2i, z == complex128(w)
}
