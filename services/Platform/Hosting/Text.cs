namespace ECommerce.Channels.Platform.Hosting;

/// <summary>A sentence for a person, in both languages of the suite.</summary>
public readonly record struct Text(string Chinese, string English)
{
    /// <param name="language">A language tag; anything that is not English is answered in Chinese.</param>
    public string In(string language) => language.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? English : Chinese;
}
