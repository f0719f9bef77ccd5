using System.Net;
using System.Net.Sockets;

namespace ECommerce.Channels.Gateway.Limits;

/// <summary>What counts as one address: an IPv4 address, or an IPv6 network of 64 bits, which is what one household or office has.</summary>
internal static class AddressGroup
{
    public static string Of(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes) + "/64";
    }
}
