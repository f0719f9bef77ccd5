using System.Security.Cryptography;
using System.Text;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>
/// The Idempotency-Key of a call, as the source of the id of what the call makes. Kept answers alone do not suffice: a replica that is
/// killed between making something and keeping its answer leaves no answer, and the next try would make a second one.
/// </summary>
public sealed record CallersKey(string By, string Key)
{
    /// <returns>Null where the call has no key.</returns>
    public static CallersKey? Of(HttpContext http) =>
        Idempotency.KeyOf(http.Request) is { } key ? new CallersKey(Caller.Of(http.User).Subject, key) : null;

    /// <summary>The id of what is made under this key: always the same.</summary>
    /// <param name="prefix">What kind of thing it is: <c>t_</c>.</param>
    public string IdOf(string prefix) => prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{By}\n{Key}")).AsSpan(0, 16));
}
