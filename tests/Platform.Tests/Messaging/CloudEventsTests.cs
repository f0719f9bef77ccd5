using System.Text;
using CsCheck;
using ECommerce.Channels.Platform.Messaging;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Messaging;

public sealed class CloudEventsTests
{
    [Fact]
    public void Read_WhatWasWritten_IsTheSame() =>
        Gen.Select(Gen.String[Gen.Char['!', '~'], 1, 20], Gen.Long[0, 4_000_000_000_000], Gen.Long, Gen.Bool).Sample((text, milliseconds, sequence, subject) =>
        {
            var envelope = new Contracts.Envelope(text, "/channels/care", "channels.ticket.opened.v1", DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
            {
                Sequence = sequence,
                Subject = subject ? text : null,
            };
            Assert.Equal(envelope, CloudEvents.Read(CloudEvents.Write(envelope)));
        });

    [Fact]
    public void Read_AttributeMissingOrTwice_IsNullOrTheLast()
    {
        var headers = CloudEvents.Write(new Contracts.Envelope("1", "/s", "t", DateTimeOffset.UnixEpoch));
        Assert.Null(CloudEvents.Read([.. headers.Where(header => header.Name != "ce_id")]));
        Assert.Null(CloudEvents.Read([]));
        headers.Add(new LogHeader("ce_id", Encoding.UTF8.GetBytes("2")));
        Assert.Equal("2", CloudEvents.Read(headers)!.Id);
    }

    [Fact]
    public void Names_InContracts_AreThoseOfTheKafkaBinding() => Assert.Equal(
        ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type", "ce_sequence"],
        CloudEvents.Write(new Contracts.Envelope("1", "/s", "t", DateTimeOffset.UnixEpoch) { Sequence = 1 }).Select(header => header.Name));
}
