/* How sure a sampled number is. The profiler samples blocks as a Poisson process: one per `rate` bytes on the
 * average. When it has seen k blocks, the 95 % interval for the mean goes from a low one to a high one. With
 * the low mean, k or more blocks are seen in one case of forty; with the high mean, k or fewer are
 * (Garwood 1936). Both are quantiles of the gamma distribution, found here by bisection. */
#include "join/join.h"
#include <math.h>

/* The regularised lower incomplete gamma function P(a, x). */
static double gamma_p(double a, double x) {
    if (x <= 0) return 0;
    int sign;
    double front = exp(a * log(x) - x - lgamma_r(a, &sign));
    if (x < a + 1) { /* series */
        double sum = 1 / a, term = sum;
        for (int n = 1; n < 10000 && fabs(term) > 1e-15 * fabs(sum); n++) {
            term *= x / (a + n);
            sum += term;
        }
        return sum * front;
    }
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d; /* continued fraction, after Lentz */
    for (int n = 1; n < 10000; n++) {
        double an = -n * (n - a);
        b += 2;
        d = an * d + b;
        if (fabs(d) < 1e-300) d = 1e-300;
        c = b + an / c;
        if (fabs(c) < 1e-300) c = 1e-300;
        d = 1 / d;
        double step = d * c;
        h *= step;
        if (fabs(step - 1) < 1e-13) break;
    }
    return 1 - front * h;
}

static double gamma_quantile(double a, double p) {
    double lo = 0, hi = a + 10 * sqrt(a) + 20;
    for (int i = 0; i < 100; i++) {
        double mid = (lo + hi) / 2;
        if (gamma_p(a, mid) < p) lo = mid;
        else hi = mid;
    }
    return (lo + hi) / 2;
}

void poisson_interval(double k, double *low, double *high) {
    if (k > 1e6) { /* the normal approximation is exact enough */
        *low = k - 1.96 * sqrt(k);
        *high = k + 1.96 * sqrt(k);
        return;
    }
    *low = k > 0 ? gamma_quantile(k, 0.025) : 0;
    *high = gamma_quantile(k + 1, 0.975);
}

double sample_scale(double size, int64_t rate) {
    if (rate <= 1 || size <= 0) return 1;
    return 1 / (1 - exp(-size / (double)rate));
}
