using System.Numerics;

namespace ECommerce.Channels.Statistics;

/// <summary>An exact fraction in lowest terms with a positive denominator; <c>default</c> is 0.</summary>
public readonly record struct Rational
    : IAdditionOperators<Rational, Rational, Rational>, ISubtractionOperators<Rational, Rational, Rational>,
    IMultiplyOperators<Rational, Rational, Rational>, IAdditiveIdentity<Rational, Rational>
{
    // Less one, so that default is 0/1 and not 0/0.
    private readonly BigInteger denominatorLessOne;

    /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero) throw new DivideByZeroException();
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        denominatorLessOne = (denominator / divisor) - 1;
    }

    public static Rational AdditiveIdentity => default;

    public BigInteger Numerator { get; }

    public BigInteger Denominator => denominatorLessOne + 1;

    public static Rational operator +(Rational left, Rational right) => left.Denominator == right.Denominator
        ? new(left.Numerator + right.Numerator, left.Denominator)
        : new((left.Numerator * right.Denominator) + (right.Numerator * left.Denominator), left.Denominator * right.Denominator);

    public static Rational operator -(Rational left, Rational right) => left + new Rational(-right.Numerator, right.Denominator);

    public static Rational operator *(Rational left, Rational right) =>
        new(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    /// <summary>The nearest double, to within one unit in its last place, however long the integers are.</summary>
    public double ToDouble()
    {
        if (Numerator.IsZero) return 0;
        // The quotient is scaled to 64 to 66 bits, which hold all that a double can.
        var scale = (int)(64 + Denominator.GetBitLength() - BigInteger.Abs(Numerator).GetBitLength());
        var quotient = scale >= 0 ? (Numerator << scale) / Denominator : Numerator / (Denominator << -scale);
        return Math.ScaleB((double)quotient, -scale);
    }

    public override string ToString() => $"{Numerator}/{Denominator}";
}
