namespace ECommerce.Channels.Contracts;

/// <summary>One topic of the event log, as <c>channels topics apply</c> makes it.</summary>
/// <param name="Name">Full name, <c>channels.</c> + plural noun.</param>
/// <param name="Partitions">A power of two up to 256: partition = customer shard mod partitions.</param>
/// <param name="RetentionDays">How long records are kept; <c>null</c> for a compacted topic, which keeps the last record of each key.</param>
public sealed record Topic(string Name, int Partitions, int? RetentionDays)
{
    /// <summary>Where records that could not be read end up, with the reason.</summary>
    public string DeadLetters => Name + ".dead";

    public bool Compacted => RetentionDays is null;
}

/// <summary>Every topic of the suite. Topics are made from this list and never by accident.</summary>
public static class Topics
{
    public static readonly Topic Transactions = new("channels.transactions", 16, 7);
    public static readonly Topic Customers = new("channels.customers", 16, null);
    public static readonly Topic Catalogue = new("channels.catalogue", 1, null);
    public static readonly Topic Health = new("channels.health", 1, null);
    public static readonly Topic Decisions = new("channels.decisions", 8, 30);
    public static readonly Topic Contacts = new("channels.contacts", 8, 30);
    public static readonly Topic Conversations = new("channels.conversations", 8, 30);
    public static readonly Topic Tickets = new("channels.tickets", 8, 30);
    public static readonly Topic Responses = new("channels.responses", 8, 30);
    public static readonly Topic Warnings = new("channels.warnings", 8, 30);

    /// <summary>The topics that carry events; each has a dead-letter topic beside it.</summary>
    public static readonly IReadOnlyList<Topic> Events =
        [Transactions, Customers, Catalogue, Health, Decisions, Contacts, Conversations, Tickets, Responses, Warnings];

    /// <summary>All topics, dead letters included.</summary>
    public static readonly IReadOnlyList<Topic> All =
        [.. Events, .. Events.Select(topic => new Topic(topic.DeadLetters, 1, 14))];
}
