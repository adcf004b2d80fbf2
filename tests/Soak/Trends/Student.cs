namespace Offloop.Soak.Trends;

/// <summary>Student's t distribution.</summary>
internal static class Student
{
    private const double Normal = 1.959963984540054; // the 97.5 % quantile of the normal distribution

    /// <summary>The 97.5 % quantile, which bounds a two-sided interval of 95 %. Expands it around that of the normal distribution
    /// (Abramowitz and Stegun, 26.7.5), which is right to two digits from three degrees of freedom on.</summary>
    public static double Quantile(double degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 3);
        double x = Normal, square = x * x;
        double first = x * (square + 1) / 4;
        double second = x * (((((5 * square) + 16) * square) + 3) / 96);
        double third = x * (((((((3 * square) + 19) * square) + 17) * square) - 15) / 384);
        double fourth = x * (((((((((79 * square) + 776) * square) + 1482) * square) - 1920) * square) - 945) / 92_160);
        return x + ((first + ((second + ((third + (fourth / degrees)) / degrees)) / degrees)) / degrees);
    }
}
