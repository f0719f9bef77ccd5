using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Gateway.Access;

/// <summary>A person who may sign in.</summary>
/// <param name="Name">What the person signs in with; never changes.</param>
/// <param name="Kind"><c>local</c>, or <c>openid</c> for who signs in elsewhere.</param>
/// <param name="Roles">Codes of roles.</param>
/// <param name="Regions">Codes of granted regions, their sub-trees included; <c>*</c> is all.</param>
internal sealed record Account(
    string Name, string Kind, string DisplayName, IReadOnlyList<string> Roles, IReadOnlyList<string> Regions, bool Disabled, DateTimeOffset CreatedAt);

/// <summary>A new local account.</summary>
internal sealed record NewAccount(string Name, string DisplayName, string Password, IReadOnlyList<string> Roles, IReadOnlyList<string> Regions)
    : IJsonInput<NewAccount>
{
    public static NewAccount Read(JsonFields fields)
    {
        var name = fields.Code("name");
        return new NewAccount(
            name, fields.OptionalString("displayName") ?? name, Grants.ReadPassword(fields, name),
            Grants.ReadRoles(fields, optional: false) ?? [], Grants.ReadRegions(fields) ?? ["*"]);
    }
}

/// <summary>What is to change about an account; what is not given stays.</summary>
internal sealed record AccountEdit(string? DisplayName, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Regions, bool? Disabled) : IJsonInput<AccountEdit>
{
    public static AccountEdit Read(JsonFields fields) => new(
        fields.OptionalString("displayName"), Grants.ReadRoles(fields, optional: true), Grants.ReadRegions(fields), fields.OptionalBool("disabled"));
}

internal sealed record NewPassword(string Password) : IJsonInput<NewPassword>
{
    public static NewPassword Read(JsonFields fields) => new(Grants.ReadPassword(fields, name: null));
}

/// <summary>Rules for roles, regions and passwords, the same for people and keys.</summary>
internal static class Grants
{
    private const int ShortestPassword = 10;
    private const int LongestPassword = 128;

    public static IReadOnlyList<string>? ReadRoles(JsonFields fields, bool optional)
    {
        if (optional && !fields.Has("roles")) return null;
        var roles = fields.Strings("roles", 1, Roles.All.Count);
        for (var i = 0; i < roles.Count; i++)
        {
            if (!Roles.All.Contains(roles[i]))
                fields.Fail($"roles.{i}", $"须为 {string.Join("、", Roles.All)} 之一", $"Must be one of {string.Join(", ", Roles.All)}");
        }
        return [.. roles.Distinct()];
    }

    public static IReadOnlyList<string>? ReadRegions(JsonFields fields)
    {
        if (fields.OptionalStrings("regions", 1_000) is not { } regions) return null;
        for (var i = 0; i < regions.Count; i++)
        {
            if (regions[i] != "*" && !regions[i].All(IsCodeCharacter))
                fields.Fail($"regions.{i}", "须为地区代码，或 *", "Must be the code of a region, or *");
        }
        return [.. regions.Distinct()];
    }

    public static string ReadPassword(JsonFields fields, string? name)
    {
        var password = fields.String("password", ShortestPassword, LongestPassword);
        if (name is not null && password.Equals(name, StringComparison.OrdinalIgnoreCase))
            fields.Fail("password", "不能与用户名相同", "Must not be the user's name");
        return password;
    }

    private static bool IsCodeCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or ':' or '-';
}
