using Offloop.Soak.Trends;

namespace Offloop.Tests.Soak;

public sealed class StudentTests
{
    [Theory]
    [InlineData(3, 3.182)]
    [InlineData(4, 2.776)]
    [InlineData(5, 2.571)]
    [InlineData(10, 2.228)]
    [InlineData(30, 2.042)]
    [InlineData(1000, 1.962)]
    public void The_quantiles_are_those_of_the_tables(double degrees, double quantile) =>
        Assert.Equal(quantile, Student.Quantile(degrees), 0.005);

    [Fact]
    public void Fewer_than_three_degrees_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Student.Quantile(2.9));
}
