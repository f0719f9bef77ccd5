using System.Text.RegularExpressions;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Care.Calendars;

/// <summary>Codes that people give to what they define; they travel in addresses and events, so that none may be a phone number.</summary>
internal static partial class Codes
{
    public static readonly Text Wrong = new("须为 1 至 64 个小写字母、数字或 . - ，且不是电话号码", "Must be 1 to 64 of a-z 0-9 . - and no phone number");

    public static bool IsCode(string text) => Shape().IsMatch(text) && PhoneNumbers.Mask(text) == text;

    /// <summary>A code in a field, refused where it looks like a phone number.</summary>
    public static string? Read(JsonFields fields, string name)
    {
        var code = fields.OptionalCode(name);
        if (code is null || PhoneNumbers.Mask(code) == code) return code;
        fields.Fail(name, "不能是电话号码", "Must not be a phone number");
        return null;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{0,63}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shape();
}
