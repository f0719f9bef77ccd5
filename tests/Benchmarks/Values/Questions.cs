namespace ECommerce.Channels.Benchmarks.Values;

/// <summary>A question of a dashboard, and the same to DuckDB.</summary>
/// <param name="Path">Below <c>/api/v1/kpi/indicators/</c>, without the period.</param>
/// <param name="Sql">
/// Over <c>events</c>, the raw rows of the period; gives a row per value with numerator and denominator (0 where there is none) or, for
/// quantiles, the value. Null where one statement cannot say it.
/// </param>
internal sealed record Question(string Name, string Path, Over Over, string? Sql)
{
    private const string Success = "count(*) FILTER (WHERE outcome = 'success')";
    private const string Tried = "count(*) FILTER (WHERE outcome IN ('success', 'failed'))";
    private const string Electronic = "channel IN ('channel-0', 'channel-1', 'channel-2', 'channel-3', 'channel-4', 'channel-5', 'channel-6')";
    private const string Offloaded = $"count(*) FILTER (WHERE outcome = 'success' AND {Electronic})";
    private const string Customers = "count(DISTINCT customer) FILTER (WHERE outcome = 'success')";
    private const string OnElectronic = $"count(DISTINCT customer) FILTER (WHERE outcome = 'success' AND {Electronic})";
    private const string Payment = "service IN ('service-0', 'service-4', 'service-8', 'service-12', 'service-16', 'service-20', 'service-24', 'service-28', 'service-32', 'service-36')";
    private const string Paid = $"sum(amount) FILTER (WHERE outcome = 'success' AND {Payment})";
    private const string PaidOnElectronic = $"sum(amount) FILTER (WHERE outcome = 'success' AND {Payment} AND {Electronic})";
    private const string Month = "date_trunc('month', day)";

    /// <summary>Every service of the catalogue is offloadable, and a quarter of them is of group payment.</summary>
    public static readonly IReadOnlyList<Question> All =
    [
        new("success-rate", "success-rate/values?grain=total", Over.Days, $"SELECT {Success}, {Tried} FROM events"),
        new("success-rate-by-channel", "success-rate/values?grain=total&by=channel", Over.Days, $"SELECT {Success}, {Tried} FROM events GROUP BY channel"),
        new("success-rate-by-day", "success-rate/values?grain=day", Over.Days, $"SELECT {Success}, {Tried} FROM events GROUP BY day"),
        new("success-rate-of-region-by-day", "success-rate/values?grain=day&region=region-7", Over.Days,
            $"SELECT {Success}, {Tried} FROM events WHERE region = 'region-7' GROUP BY day"),
        new("successes-by-day-and-channel", "successes/values?grain=day&by=channel", Over.Days, $"SELECT {Success}, 0 FROM events GROUP BY day, channel"),
        new("offload-rate", "offload-rate/values?grain=total", Over.Days, $"SELECT {Offloaded}, {Success} FROM events"),
        new("offload-rate-by-month-and-channel", "offload-rate/values?grain=month&by=channel", Over.Months,
            $"SELECT {Offloaded}, sum({Success}) OVER (PARTITION BY {Month}) FROM events GROUP BY {Month}, channel"),
        new("offload-rate-by-region", "offload-rate/values?grain=total&by=region", Over.Days, $"SELECT {Offloaded}, {Success} FROM events GROUP BY region"),
        new("offload-rate-by-month-and-region", "offload-rate/values?grain=month&by=region", Over.Months,
            $"SELECT {Offloaded}, {Success} FROM events GROUP BY {Month}, region"),
        new("offload-rate-of-region-by-day", "offload-rate/values?grain=day&region=region-7", Over.Days,
            $"SELECT {Offloaded}, {Success} FROM events WHERE region = 'region-7' GROUP BY day"),
        new("standardised", "offload-rate-standardised/values?grain=total", Over.Days, null),
        new("standardised-by-month-and-channel", "offload-rate-standardised/values?grain=month&by=channel", Over.Months, null),
        new("standardised-by-region", "offload-rate-standardised/values?grain=total&by=region", Over.Days, null),
        new("amount-by-brand", "amount/values?grain=total&by=brand", Over.Days, "SELECT sum(amount) FILTER (WHERE outcome = 'success'), 0 FROM events GROUP BY brand"),
        new("payment-share", "electronic-payment-share/values?grain=total", Over.Days, $"SELECT {PaidOnElectronic}, {Paid} FROM events"),
        new("payment-share-by-region", "electronic-payment-share/values?grain=total&by=region", Over.Days,
            $"SELECT {PaidOnElectronic}, {Paid} FROM events GROUP BY region"),
        new("failures-by-service", "failures/values?grain=total&by=service", Over.Days, "SELECT count(*) FILTER (WHERE outcome = 'failed'), 0 FROM events GROUP BY service"),
        new("failures-by-month-and-reason", "failures/values?grain=month&by=reason", Over.Months,
            $"SELECT count(*), 0 FROM events WHERE outcome = 'failed' GROUP BY {Month}, reason"),
        new("failures-by-day-and-reason", "failures/values?grain=day&by=reason", Over.Days, "SELECT count(*), 0 FROM events WHERE outcome = 'failed' GROUP BY day, reason"),
        new("duration-p50", "duration-p50/values?grain=total", Over.Days, Quantile(0.5, "")),
        new("duration-p90-by-month-and-channel", "duration-p90/values?grain=month&by=channel", Over.Months, Quantile(0.9, $"GROUP BY {Month}, channel")),
        new("duration-p99-by-day", "duration-p99/values?grain=day", Over.Days, Quantile(0.99, "GROUP BY day")),
        new("active-customers", "active-customers/values?grain=total", Over.Days, "SELECT count(DISTINCT customer), 0 FROM events"),
        new("customers-by-channel", "customers/values?grain=total&by=channel", Over.Days, $"SELECT {Customers}, 0 FROM events GROUP BY channel"),
        new("customers-by-month", "customers/values?grain=month", Over.Months, $"SELECT {Customers}, 0 FROM events GROUP BY {Month}"),
        new("customers-by-region", "customers/values?grain=total&by=region", Over.Days, $"SELECT {Customers}, 0 FROM events GROUP BY region"),
        new("customers-by-day", "customers/values?grain=day", Over.Days, $"SELECT {Customers}, 0 FROM events GROUP BY day"),
        new("penetration", "penetration/values?grain=total", Over.Days, $"SELECT {OnElectronic}, count(DISTINCT customer) FROM events"),
        new("penetration-by-channel", "penetration/values?grain=total&by=channel", Over.Days,
            $"SELECT {OnElectronic}, (SELECT count(DISTINCT customer) FROM events) FROM events GROUP BY channel"),
        new("penetration-by-month", "penetration/values?grain=month", Over.Months, $"SELECT {OnElectronic}, count(DISTINCT customer) FROM events GROUP BY {Month}"),
        new("penetration-by-region", "penetration/values?grain=total&by=region", Over.Days, $"SELECT {OnElectronic}, count(DISTINCT customer) FROM events GROUP BY region"),
        new("compared-month", "success-rate/values?grain=total&by=channel&compare=previous", Over.RunningMonth, null),
        new("compared-months", "offload-rate/values?grain=month&compare=year", Over.Months, null),
        new("compared-customers", "customers/values?grain=total&compare=previous", Over.LastThirtyDays, null),
        new("difference-by-channel", "offload-rate/difference?by=channel", Over.HalfYear, null),
        new("difference-by-region-and-channel", "offload-rate/difference?by=region,channel", Over.HalfYear, null),
        new("difference-by-channel-service-region", "success-rate/difference", Over.RunningMonth, null),
    ];

    private static string Quantile(double q, string group) => $"SELECT quantile_disc(duration_ms, {q}) FROM events WHERE outcome = 'success' {group}";
}

/// <summary>The period of a question.</summary>
internal enum Over
{
    /// <summary>Thirteen months up to yesterday, from a day that starts no month.</summary>
    Days,

    /// <summary>Thirteen months of the calendar, the running one included.</summary>
    Months,

    HalfYear,
    RunningMonth,
    LastThirtyDays,
}
